//! What an order asks of a node that makes ids.

use super::message::Request;
use crate::tenant::Order;

/// The request that an order is: nothing is ever asked of a maker, it goes by its clock.
#[must_use]
pub fn order(order: &Order) -> Option<Request> {
    match order {
        Order::Leave | Order::Weight(_) | Order::Work(_) => None,
    }
}
