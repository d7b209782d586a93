//! What an order asks of a node of the toy.

use super::Request;
use crate::tenant::Order;

/// The request that an order is: a node goes by its clock and its messages alone.
#[must_use]
pub fn order(order: &Order) -> Option<Request> {
    match order {
        Order::Leave | Order::Weight(_) | Order::Work(_) => None,
    }
}
