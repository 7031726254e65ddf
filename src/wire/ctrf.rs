//! Results as CTRF, the common test report format.
