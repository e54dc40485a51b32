//! Logs, the metrics registry and wrapped personal data.
