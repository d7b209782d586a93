//! A history for a screen: bars by client, the order that was found, and what fits into none.
