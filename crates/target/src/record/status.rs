//! How far an order has come, and which steps it may take.
//!
//! ```text
//! pending ──▶ paid ──▶ shipped ──▶ delivered
//!    └────┬────┘
//!         ▼
//!     cancelled
//! ```

use serde::Serialize;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum OrderStatus {
    Pending,
    Paid,
    Shipped,
    Delivered,
    Cancelled,
}

impl OrderStatus {
    pub(crate) const EVERY: [Self; 5] =
        [Self::Pending, Self::Paid, Self::Shipped, Self::Delivered, Self::Cancelled];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Paid => "paid",
            Self::Shipped => "shipped",
            Self::Delivered => "delivered",
            Self::Cancelled => "cancelled",
        }
    }

    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Self::EVERY.into_iter().find(|status| status.name() == name)
    }

    /// Whether an order may go from here to `next`. To stay is always allowed, so that a repeated PUT does no harm.
    pub(crate) fn may_become(self, next: Self) -> bool {
        use OrderStatus as S;
        self == next
            || matches!(
                (self, next),
                (S::Pending, S::Paid)
                    | (S::Paid, S::Shipped)
                    | (S::Shipped, S::Delivered)
                    | (S::Pending | S::Paid, S::Cancelled)
            )
    }
}

impl std::fmt::Display for OrderStatus {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_steps_of_the_drawing_and_no_others() {
        let steps = OrderStatus::EVERY.into_iter().map(|from| {
            let next = OrderStatus::EVERY.into_iter().filter(|&next| next != from && from.may_become(next));
            format!("{from}: {}", next.map(OrderStatus::name).collect::<Vec<_>>().join(" "))
        });
        let expected = [
            "pending: paid cancelled",
            "paid: shipped cancelled",
            "shipped: delivered",
            "delivered: ",
            "cancelled: ",
        ];
        assert_eq!(steps.collect::<Vec<_>>(), expected);
        assert!(OrderStatus::EVERY.into_iter().all(|status| status.may_become(status)));
        assert_eq!(OrderStatus::from_name("paid"), Some(OrderStatus::Paid));
        assert_eq!(OrderStatus::from_name("PAID"), None);
    }
}
