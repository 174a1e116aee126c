/** Heads and versions as objects of an S3 bucket, or of a store that speaks S3. */
@NullMarked
package io.kolumn.state.store.s3;

import org.jspecify.annotations.NullMarked;
