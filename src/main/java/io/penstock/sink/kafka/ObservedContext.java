/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.kafka;

import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.apache.flink.api.common.operators.MailboxExecutor;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.util.function.ThrowingRunnable;

/**
 * A writer's context through which we hear of two things that the connector tells nobody else: where a message came to lie, and that one
 * could not be sent. The latter it reports by a mail to its own task, and what a mail throws fails the task without passing the writer
 * again. Made of proxies, because the methods of these interfaces differ between Flink 1.20 and 2.x.
 */
final class ObservedContext {
    private ObservedContext() {}

    /**
     * The same context, with two differences.
     *
     * @param explain what an {@link IOException} thrown by a mail is replaced by; called in the task's thread
     * @param acknowledged gets Kafka's {@code RecordMetadata} of each message, null or without offset when it failed; called in threads
     *     of Kafka's producer
     */
    static WriterInitContext of(
            WriterInitContext context, UnaryOperator<IOException> explain, Consumer<Object> acknowledged) {
        return proxy(WriterInitContext.class, (proxy, method, arguments) -> {
            if (method.getName().equals("metadataConsumer")) {
                return Optional.of(acknowledged);
            }
            Object answer = call(context, method, arguments);
            return answer instanceof MailboxExecutor executor ? explained(executor, explain) : answer;
        });
    }

    @SuppressWarnings("unchecked") // A MailboxExecutor takes no other ThrowingRunnable.
    private static MailboxExecutor explained(MailboxExecutor executor, UnaryOperator<IOException> explain) {
        return proxy(MailboxExecutor.class, (proxy, method, arguments) -> {
            for (int i = 0; arguments != null && i < arguments.length; i++) {
                if (arguments[i] instanceof ThrowingRunnable<?> mail) {
                    arguments[i] = explained((ThrowingRunnable<? extends Exception>) mail, explain);
                }
            }
            return call(executor, method, arguments);
        });
    }

    private static ThrowingRunnable<Exception> explained(
            ThrowingRunnable<? extends Exception> mail, UnaryOperator<IOException> explain) {
        return () -> {
            try {
                mail.run();
            } catch (Exception e) {
                throw e instanceof IOException failure ? explain.apply(failure) : e;
            }
        };
    }

    private static Object call(Object target, Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(
                Proxy.newProxyInstance(ObservedContext.class.getClassLoader(), new Class<?>[] {type}, handler));
    }
}
