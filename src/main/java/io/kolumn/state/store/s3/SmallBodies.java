package io.kolumn.state.store.s3;

import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.http.SdkHttpRequest;

/**
 * Sends a small body with its request. The client would ask first whether it may ({@code Expect: 100-continue}), which costs
 * a round trip more for each write of a head.
 */
final class SmallBodies implements ExecutionInterceptor {

    /** In bytes: from here on a refusal before the body is worth the round trip. */
    private static final long LARGE = 1 << 20;

    @Override
    public SdkHttpRequest modifyHttpRequest(Context.ModifyHttpRequest context, ExecutionAttributes attributes) {
        SdkHttpRequest request = context.httpRequest();
        boolean small = request.firstMatchingHeader("Content-Length")
                .map(Long::parseLong)
                .filter(length -> length < LARGE)
                .isPresent();
        return small ? request.toBuilder().removeHeader("Expect").build() : request;
    }
}
