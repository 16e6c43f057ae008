"""What the reader found, as JSON, as a page, as ClaimReview, as Web Annotations, as rows to review."""
