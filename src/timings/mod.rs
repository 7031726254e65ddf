//! History -> estimates, outcome -> history.
