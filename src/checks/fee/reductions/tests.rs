//! The manual's own examples, and what holds of every claim.

use proptest::prelude::*;

use super::*;

fn service(code: &str, fee: i64, multiple: Multiple) -> Service {
    Service { code: code.to_owned(), fee: Cents(fee), multiple, sides: Sides::One, role: Role::Surgeon }
}

fn scope(code: &str, fee: i64, base: &str, amount: i64) -> Service {
    service(code, fee, Multiple::Endoscopy { base: base.to_owned(), amount: Cents(amount) })
}

fn total(services: &[Service]) -> Cents {
    Cents::sum(pay(services).unwrap().iter().map(|one| one.amount))
}

#[test]
fn the_manuals_example_of_two_colonoscopies() {
    // Chapter 12, section 40.6.C.13: 374.56 and 285.98 less 255.40.
    let paid = pay(&[scope("45380", 28_598, "45378", 25_540), scope("45385", 37_456, "45378", 25_540)]).unwrap();
    assert_eq!((paid[0].amount, paid[1].amount), (Cents(3_058), Cents(37_456)));
    assert_eq!(Cents::sum(paid.iter().map(|one| one.amount)), Cents(40_514));
}

#[test]
fn the_base_with_one_of_its_family_adds_nothing() {
    let base = service("45378", 25_540, Multiple::Ranked);
    assert_eq!(total(&[scope("45385", 37_456, "45378", 25_540), base.clone()]), Cents(37_456));
    assert_eq!(total(&[base]), Cents(25_540));
}

#[test]
fn several_procedures_are_paid_by_rank() {
    let paid = pay(&[
        service("20610", 6_000, Multiple::Ranked),
        service("27447", 130_001, Multiple::Ranked),
        service("99213", 9_000, Multiple::Unreduced),
        service("64415", 8_000, Multiple::Ranked),
    ])
    .unwrap();
    let amounts: Vec<i64> = paid.iter().map(|one| one.amount.0).collect();
    assert_eq!(amounts, [3_000, 130_001, 9_000, 4_000]);
    assert_eq!(paid.iter().map(|one| one.rank).collect::<Vec<_>>(), [50, 100, 100, 50]);
}

#[test]
fn a_family_counts_as_one_service_beside_others() {
    let family = [scope("45380", 28_598, "45378", 25_540), scope("45385", 37_456, "45378", 25_540)];
    let [one, two] = family;
    // Section 40.6.C.14: the family is worth 405.14, the other 300.00.
    assert_eq!(total(&[one.clone(), service("43270", 30_000, Multiple::Ranked), two.clone()]), Cents(40_514 + 15_000));
    assert_eq!(total(&[one, service("43270", 60_000, Multiple::Ranked), two]), Cents(60_000 + 18_728 + 1_529));
}

#[test]
fn both_sides_rank_with_their_whole_amount() {
    let both = Service { sides: Sides::Both, ..service("30140", 10_000, Multiple::Ranked) };
    let paid = pay(&[service("30520", 14_000, Multiple::Ranked), both]).unwrap();
    assert_eq!((paid[0].amount, paid[1].amount), (Cents(7_000), Cents(15_000)));
    let each = Service { sides: Sides::Each, ..service("73562", 3_000, Multiple::Unreduced) };
    assert_eq!(total(&[each]), Cents(6_000));
}

#[test]
fn roles_and_payees_have_their_percentages() {
    assert_eq!(in_role(Cents(100_000), Role::Assistant), Cents(16_000));
    assert_eq!(in_role(Cents(100_000), Role::PractitionerAssisting), Cents(13_600));
    assert_eq!(in_role(Cents(100_000), Role::CoSurgeon), Cents(62_500));
    assert_eq!(in_role(Cents(100_000), Role::Part(2_100)), Cents(21_000));
    assert_eq!(for_payee(Cents(10_000), Payee::Nonparticipating), Cents(9_500));
    assert_eq!(for_payee(Cents(10_000), Payee::LimitingCharge), Cents(10_925));
    assert_eq!(for_payee(Cents(10_000), Payee::Practitioner), Cents(8_500));
}

#[test]
fn a_sixth_procedure_is_priced_by_report() {
    let five: Vec<Service> = (0..5).map(|n| service(&format!("1000{n}"), 1_000, Multiple::Ranked)).collect();
    assert_eq!(total(&five), Cents(1_000 + 4 * 500));
    let six: Vec<Service> = (0..6).map(|n| service(&format!("1000{n}"), 1_000, Multiple::Ranked)).collect();
    assert_eq!(pay(&six), None);
}

/// The amount of a base goes with its code: a family has one.
fn any_service() -> impl Strategy<Value = Service> {
    let multiple = prop_oneof![
        Just(Multiple::Unreduced),
        Just(Multiple::Ranked),
        Just(Multiple::Endoscopy { base: "45378".to_owned(), amount: Cents(17_726) }),
        Just(Multiple::Endoscopy { base: "43235".to_owned(), amount: Cents(11_807) }),
    ];
    let sides = prop_oneof![Just(Sides::One), Just(Sides::Both), Just(Sides::Each)];
    let role = prop_oneof![
        Just(Role::Surgeon),
        Just(Role::Assistant),
        Just(Role::PractitionerAssisting),
        Just(Role::CoSurgeon),
        (0_i64..=ONE).prop_map(Role::Part)
    ];
    ("[1-6]{5}", 0_i64..500_000, multiple, sides, role).prop_map(|(code, fee, multiple, sides, role)| Service {
        code,
        fee: Cents(fee),
        multiple,
        sides,
        role,
    })
}

proptest! {
    #[test]
    fn no_claim_is_paid_more_than_its_services_alone(services in proptest::collection::vec(any_service(), 0..9)) {
        if let Some(paid) = pay(&services) {
            for (one, service) in paid.iter().zip(&services) {
                prop_assert!(one.amount <= sided(service) && one.amount.0 >= 0);
            }
            let alone = services.iter().map(sided);
            prop_assert!(Cents::sum(paid.iter().map(|one| one.amount)) <= Cents::sum(alone));
        }
    }

    #[test]
    fn the_order_of_the_lines_changes_nothing(
        services in proptest::collection::vec(any_service(), 0..7),
        turn in 0_usize..7,
    ) {
        let mut turned = services.clone();
        if !turned.is_empty() {
            let by = turn % turned.len();
            turned.rotate_left(by);
            turned.reverse();
        }
        let sum = |services: &[Service]| pay(services).map(|paid| Cents::sum(paid.iter().map(|one| one.amount)));
        prop_assert_eq!(sum(&services), sum(&turned));
    }

    #[test]
    fn a_service_alone_is_paid_in_full(one in any_service()) {
        let paid = pay(std::slice::from_ref(&one)).unwrap();
        prop_assert_eq!(paid[0].amount, in_role(sided(&one), one.role));
    }

    #[test]
    fn a_further_service_never_lowers_the_whole(
        services in proptest::collection::vec(any_service(), 0..4),
        more in any_service(),
    ) {
        let surgeon = |one: Service| Service { role: Role::Surgeon, ..one };
        let mut services: Vec<Service> = services.into_iter().map(surgeon).collect();
        let before = Cents::sum(pay(&services).unwrap().iter().map(|one| one.amount));
        services.push(surgeon(more));
        let after = Cents::sum(pay(&services).unwrap().iter().map(|one| one.amount));
        // Each halved line may lose half a cent by rounding.
        prop_assert!(after.0 + 4 >= before.0);
    }
}
