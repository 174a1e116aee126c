package io.kolumn.state.store.postgres;

import io.agroal.api.AgroalDataSource;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts how often a prepared statement is sent; a batch is sent once. */
final class CountedStatements {

    private final AtomicInteger sent = new AtomicInteger();

    /** The same source, whose statements are counted here. */
    AgroalDataSource of(AgroalDataSource source) {
        return counted(AgroalDataSource.class, source);
    }

    /** How many were sent since this was last asked. */
    int sent() {
        return sent.getAndSet(0);
    }

    private <T> T counted(Class<T> type, T real) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (proxy, method, arguments) -> call(real, method, arguments)));
    }

    private Object call(Object real, Method method, Object[] arguments) throws Throwable {
        if (method.getName().startsWith("execute")) {
            sent.incrementAndGet();
        }
        try {
            Object result = method.invoke(real, arguments);
            return switch (result) {
                case PreparedStatement statement
                when method.getName().equals("prepareStatement") -> counted(PreparedStatement.class, statement);
                case Connection connection
                when method.getName().equals("getConnection") && real instanceof AgroalDataSource ->
                    counted(Connection.class, connection);
                case null, default -> result;
            };
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
