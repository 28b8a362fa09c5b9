/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.spec;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Describes one key of the job file, on the record component that holds it. The key's name is the component's name in
 * kebab-case. A key without {@link #fallback()} that is not {@link #optional()} is required, unless it is a section
 * whose own keys all may be left out.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Key {

    /** What the key means, in one or two sentences: for the reference and for editors. */
    String value();

    /** The value that is taken when the key is absent, written as it would be in the file. */
    String fallback() default "";

    /** True when the key may be absent and has no constant fallback; {@link #value()} says what happens then. */
    boolean optional() default false;

    /** The least value, written as in the file; for a list the least number of entries. */
    String min() default "";

    /** The greatest value, written as in the file. */
    String max() default "";

    /** A regular expression that a text has to match as a whole. */
    String pattern() default "";

    /** Names that may stand in the text as <code>${name}</code> and are kept for later instead of read from the environment. */
    String[] words() default {};
}
