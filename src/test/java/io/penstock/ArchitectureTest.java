/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.conditions.ArchConditions.callMethod;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import java.io.Serializable;
import java.util.Arrays;
import java.util.stream.Stream;

/**
 * The directions of the packages and the banned calls, with no exceptions. A rule that breaks says in its reason what to
 * do instead.
 */
@AnalyzeClasses(packages = "io.penstock", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule records_depend_on_nothing_of_ours = ours("record")
            .because("everything stands on the records: pass what they need as values, or move the code up");

    @ArchTest
    static final ArchRule the_job_file_depends_on_nothing_of_ours = ours("spec")
            .because("a job file must be readable without a server: give the code that acts on it its own"
                    + " package and pass it the spec");

    @ArchTest
    static final ArchRule the_source_stands_alone = ours("source", "record", "spec", "store")
            .because("what the source and another stage both need is a record, or an interface of io.penstock.record");

    @ArchTest
    static final ArchRule reconciling_stands_alone = ours("reconcile", "record", "spec", "store")
            .because("reach the server through io.penstock.record.DocumentLookup, which the job passes in");

    @ArchTest
    static final ArchRule the_store_stands_alone = ours("store", "record", "spec")
            .because(
                    "committers on a cluster carry it: what a command does with a job's record belongs to the command");

    @ArchTest
    static final ArchRule sinks_stand_alone = ours("sink", "record", "spec", "store")
            .because("a sink sees change records and its own part of the spec, nothing else");

    @ArchTest
    static final ArchRule what_drives_a_cluster_stands_outside_of_it = ours("cluster", "record", "spec", "store")
            .because("it is not in the job jar: the command builds the job and passes it on");

    @ArchTest
    static final ArchRule only_the_commands_drive_clusters = noClasses()
            .that()
            .resideOutsideOfPackages(in("cluster"), in("cli"))
            .should()
            .dependOnClassesThat()
            .resideInAPackage(in("cluster"))
            .because("the job jar does not have it: pass what is needed as a value");

    @ArchTest
    static final ArchRule only_the_commands_know_the_job = noClasses()
            .that()
            .resideOutsideOfPackages(in("job"), in("cli"))
            .should()
            .dependOnClassesThat()
            .resideInAPackage(in("job"))
            .because("the job is put together last: pass what is needed of it as a value");

    @ArchTest
    static final ArchRule the_product_does_not_know_the_development_server = noClasses()
            .that()
            .resideOutsideOfPackages(in("devserver"), in("cli"))
            .should()
            .dependOnClassesThat()
            .resideInAPackage(in("devserver"))
            .because("the development server is not in the job jar: let the command pass its address");

    @ArchTest
    static final ArchRule the_development_server_does_not_know_the_product = ours("devserver", "record")
            .because("it stands in for a server of another make, and may share no more than the order of BSON values");

    @ArchTest
    static final ArchRule no_cycles = SlicesRuleDefinition.slices()
            .matching("io.penstock.(*)..")
            .should()
            .beFreeOfCycles()
            .because("a package that needs its user is one package too many: move the shared type down");

    @ArchTest
    static final ArchRule only_the_commands_print = noClasses()
            .that()
            .resideOutsideOfPackage(in("cli"))
            .should(ACCESS_STANDARD_STREAMS)
            .because("on a cluster nobody reads it: log it, count it, or return it to the command");

    @ArchTest
    static final ArchRule nothing_sleeps = noClasses()
            .should(callMethod(Thread.class, "sleep", long.class)
                    .or(callMethod(Thread.class, "sleep", long.class, int.class)))
            .because(
                    "a sleeping thread can neither be woken nor closed: wait on a condition or a queue with a limit, or"
                            + " use a scheduled executor");

    @ArchTest
    static final ArchRule nothing_ends_the_process = noClasses()
            .that()
            .resideOutsideOfPackage(in("cli"))
            .should()
            .callMethod(System.class, "exit", int.class)
            .because("it would end a TaskManager with all its other jobs: throw instead");

    @ArchTest
    static final ArchRule nothing_is_serialized_by_java = noClasses()
            .should()
            .dependOnClassesThat()
            .haveFullyQualifiedName("java.io.ObjectOutputStream")
            .orShould()
            .dependOnClassesThat()
            .haveFullyQualifiedName("java.io.ObjectInputStream")
            .because("its bytes change with the class: write a versioned serializer, and pin its bytes in a test");

    @ArchTest
    static final ArchRule nothing_uses_kryo = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAPackage("com.esotericsoftware..")
            .because("its bytes change with the class: write a versioned serializer, and pin its bytes in a test");

    @ArchTest
    static final ArchRule records_are_not_java_serializable = classes()
            .that()
            .resideInAPackage(in("record"))
            .and()
            .areRecords()
            .should()
            .notBeAssignableTo(Serializable.class)
            .because("a record travels through its own serializer; Serializable would let Java's slip in unnoticed")
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule loggers_are_slf4j = noClasses()
            .that()
            .resideOutsideOfPackage(in("cli"))
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.apache.logging..", "java.util.logging..", "org.apache.log4j..")
            .because("a cluster brings its own logging: log through slf4j");

    /** A rule: this package depends, of ours, on itself and on the packages named. */
    private static ArchRule ours(String name, String... allowed) {
        String[] all = Stream.concat(Stream.of(name), Arrays.stream(allowed)).toArray(String[]::new);
        return noClasses()
                .that()
                .resideInAPackage(in(name))
                .should()
                .dependOnClassesThat(ofOursOutside(all))
                .allowEmptyShould(true);
    }

    private static DescribedPredicate<JavaClass> ofOursOutside(String... names) {
        String[] packages = Arrays.stream(names).map(ArchitectureTest::in).toArray(String[]::new);
        return resideInAPackage("io.penstock..")
                .and(DescribedPredicate.not(JavaClass.Predicates.resideInAnyPackage(packages)))
                .as("of ours outside " + String.join(", ", names));
    }

    private static String in(String name) {
        return "io.penstock." + name + "..";
    }
}
