//! What an order asks of a machine of a replicated store.

use super::message::Request;
use crate::tenant::Order;

/// The request that an order is; nothing if machines here do not understand it.
#[must_use]
pub fn order(order: &Order) -> Option<Request> {
    match order {
        Order::Leave => Some(Request::Leave),
        Order::Work(work) => Some(Request::Work(work.clone())),
        // Every replica holds everything: weights mean nothing.
        Order::Weight(_) => None,
    }
}
