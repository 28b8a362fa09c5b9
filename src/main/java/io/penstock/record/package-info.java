/** The values that travel through the job: keys, versions, changes, and the serializers that keep them for ever. */
package io.penstock.record;
