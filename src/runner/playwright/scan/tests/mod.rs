//! Sources -> what a scan makes of them.
