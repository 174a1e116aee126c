package io.kolumn.state.store.s3;

import io.kolumn.state.HeadPage;
import io.kolumn.state.ListQuery;
import io.kolumn.state.StateHead;
import io.kolumn.state.StateName;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * Pages of heads: the keys of the heads in byte order, and then the heads themselves, many at once. A head that is
 * remembered under the tag that the listing shows is not asked for.
 */
final class S3Listing {

    private static final String WHAT = "The states cannot be listed";

    /** Where fewer heads are missing than this, so many keys are listed nevertheless: some may not be of the asked kind. */
    private static final int LEAST_PAGE = 16;

    private final S3Bucket bucket;
    private final S3Layout layout;
    private final S3Heads heads;
    private final S3Parallel parallel;

    S3Listing(S3Bucket bucket, S3Layout layout, S3Heads heads, S3Parallel parallel) {
        this.bucket = bucket;
        this.layout = layout;
        this.heads = heads;
        this.parallel = parallel;
    }

    private record Listed(StateName name, String tag) {}

    /** Nobody is asked for what no name starts with: stores on folders refuse {@code ../} as no key. */
    HeadPage page(ListQuery query) {
        if (!StateName.mayStartWith(query.prefix())) {
            return new HeadPage(List.of(), false);
        }
        List<StateHead> found = new ArrayList<>();
        String after = query.after() == null ? null : layout.head(query.after());
        ListObjectsV2Response page;
        do {
            int missing = query.limit() + 1 - found.size();
            page = bucket.list(WHAT, layout.heads() + query.prefix(), after, Math.max(missing, LEAST_PAGE));
            for (StateHead head : heads(page, query)) {
                if (found.size() == query.limit()) {
                    return new HeadPage(found, true);
                }
                found.add(head);
            }
            after = lastKey(page);
        } while (Boolean.TRUE.equals(page.isTruncated()) && after != null);
        return new HeadPage(found, false);
    }

    private static @Nullable String lastKey(ListObjectsV2Response page) {
        return page.contents().isEmpty() ? null : page.contents().getLast().key();
    }

    private List<StateHead> heads(ListObjectsV2Response page, ListQuery query) {
        List<Listed> listed = page.contents().stream()
                .flatMap(object -> listed(object).stream())
                .toList();
        List<Listed> asked =
                listed.stream().filter(one -> query.matches(one.name())).toList();
        return parallel.map(asked, this::head).stream()
                .flatMap(Optional::stream)
                .filter(query::matches)
                .toList();
    }

    private Optional<Listed> listed(S3Object object) {
        return layout.named(object.key()).map(name -> new Listed(name, String.valueOf(object.eTag())));
    }

    private Optional<StateHead> head(Listed listed) {
        return heads.recent(listed.name(), listed.tag())
                .or(() -> heads.fresh(listed.name()))
                .map(S3Heads.Seen::head);
    }
}
