//! What each way in and out of the lobby does.

use std::num::NonZeroU32;
use std::time::Duration;

use crate::model::event::UnixMillis;
use crate::model::lobby::{Lobby, Priority};
use crate::queue::lobby::{Answer, Capacity, Guest};

const SECOND: u64 = 1_000;

fn guest(run: &str, who: &str) -> Guest {
    let (run, who) = (run.to_owned(), who.to_owned());
    Guest { run, who, priority: Priority::Normal, lease: Duration::from_secs(90) }
}

fn of(run: &str, priority: Priority) -> Guest {
    Guest { priority, ..guest(run, "1") }
}

fn capacity(running: u32, queued: Option<u32>) -> Capacity {
    Capacity { running: NonZeroU32::new(running), queued }
}

fn at(seconds: u64) -> UnixMillis {
    UnixMillis((1_000_000 + seconds) * SECOND)
}

fn ahead(answer: Answer) -> usize {
    match answer {
        Answer::Waits { ahead, .. } => ahead,
        Answer::Admitted | Answer::Exceeded { .. } => panic!("{answer:?}"),
    }
}

#[test]
fn who_is_one_too_many_waits_and_one_more_is_turned_away() {
    let (mut lobby, most) = (Lobby::default(), capacity(1, Some(1)));
    assert_eq!(lobby.enter(&guest("a", "1"), most, at(0)), Answer::Admitted);
    assert_eq!(lobby.enter(&guest("a", "2"), most, at(1)), Answer::Admitted, "of the same run");
    let waits = Answer::Waits { running: 1, ahead: 0, about: None };
    assert_eq!(lobby.enter(&guest("b", "1"), most, at(1)), waits);
    assert_eq!(lobby.enter(&guest("b", "2"), most, at(2)), waits, "of the same run");
    let again_in = Duration::from_mins(1);
    let exceeded = Answer::Exceeded { running: 1, waiting: 1, again_in };
    assert_eq!(lobby.enter(&guest("c", "1"), most, at(2)), exceeded);
    assert_eq!(lobby.bookings.len(), 2);

    lobby.leave(&guest("a", "1"), at(3));
    assert_eq!(lobby.enter(&guest("b", "1"), most, at(3)), waits, "one of two has left");
    lobby.leave(&guest("a", "2"), at(4));
    // The place that is free is that of who waits; behind it there is room for one.
    assert_eq!(ahead(lobby.enter(&guest("c", "1"), most, at(4))), 1);
    assert_eq!(lobby.enter(&guest("b", "2"), most, at(5)), Answer::Admitted);
    assert_eq!(lobby.enter(&guest("b", "1"), most, at(5)), Answer::Admitted);
    assert_eq!(lobby.lasted, [Duration::from_secs(4)]);
}

#[test]
fn where_nobody_may_wait_who_comes_is_admitted_or_turned_away() {
    let (mut lobby, most) = (Lobby::default(), capacity(2, Some(0)));
    for run in ["a", "b"] {
        assert_eq!(lobby.enter(&guest(run, "1"), most, at(0)), Answer::Admitted);
    }
    let answer = lobby.enter(&guest("c", "1"), most, at(0));
    assert!(matches!(answer, Answer::Exceeded { running: 2, waiting: 0, .. }), "{answer:?}");
    lobby.leave(&guest("a", "1"), at(1));
    assert_eq!(lobby.enter(&guest("c", "1"), most, at(1)), Answer::Admitted);
}

#[test]
fn the_higher_priority_goes_first_and_then_who_came_first() {
    let (mut lobby, most) = (Lobby::default(), capacity(1, None));
    lobby.enter(&guest("first", "1"), most, at(0));
    let all = [Priority::Low, Priority::Normal, Priority::High, Priority::Critical];
    for (name, expected) in [("a", [0, 0, 0, 0]), ("b", [4, 3, 2, 1])] {
        for (priority, expected) in all.iter().zip(expected) {
            let run = format!("{name} {}", priority.name());
            assert_eq!(ahead(lobby.enter(&of(&run, *priority), most, at(1))), expected, "{run}");
        }
    }
    let mut order = Vec::new();
    let mut last = guest("first", "1");
    while lobby.bookings.len() > 1 {
        lobby.leave(&last, at(2));
        let waiting = lobby.bookings.clone();
        let guests = waiting.iter().map(|booking| of(&booking.run, booking.priority));
        let admitted: Vec<Guest> = guests
            .filter(|guest| lobby.clone().enter(guest, most, at(2)) == Answer::Admitted)
            .collect();
        assert_eq!(admitted.len(), 1, "there is one place: {admitted:?}");
        last.clone_from(&admitted[0]);
        assert_eq!(lobby.enter(&last, most, at(2)), Answer::Admitted);
        order.push(last.run.clone());
    }
    let expected = ["critical", "high", "normal", "low"]
        .map(|name| [format!("a {name}"), format!("b {name}")])
        .concat();
    assert_eq!(order, expected);
}

#[test]
fn a_run_has_the_highest_priority_that_a_node_names() {
    let (mut lobby, most) = (Lobby::default(), capacity(1, None));
    lobby.enter(&guest("first", "1"), most, at(0));
    lobby.enter(&guest("a", "1"), most, at(0));
    assert_eq!(ahead(lobby.enter(&guest("b", "1"), most, at(0))), 1);
    let second = Guest { who: "2".to_owned(), ..of("b", Priority::High) };
    assert_eq!(ahead(lobby.enter(&second, most, at(1))), 0);
    assert_eq!(ahead(lobby.enter(&guest("b", "1"), most, at(2))), 0);
    assert_eq!(ahead(lobby.enter(&guest("a", "1"), most, at(2))), 1);
}

#[test]
fn a_node_that_says_nothing_for_its_lease_is_forgotten() {
    let (mut lobby, most) = (Lobby::default(), capacity(1, Some(1)));
    lobby.enter(&guest("a", "1"), most, at(0));
    lobby.enter(&guest("a", "2"), most, at(0));
    lobby.enter(&guest("b", "1"), most, at(0));
    lobby.touch(&guest("a", "2"), at(60));
    assert_eq!(ahead(lobby.enter(&guest("b", "1"), most, at(90))), 0, "one is still heard of");
    assert_eq!(lobby.enter(&guest("b", "1"), most, at(151)), Answer::Admitted);
    assert!(lobby.lasted.is_empty(), "nobody knows how long it would have lasted");
    // One that waits keeps nobody waiting either.
    lobby.enter(&of("c", Priority::Critical), most, at(152));
    lobby.touch(&guest("b", "1"), at(200));
    lobby.touch(&guest("b", "1"), at(240));
    assert_eq!(ahead(lobby.enter(&guest("d", "1"), most, at(243))), 0);
}

#[test]
fn who_was_only_frozen_runs_again_beyond_the_capacity() {
    let (mut lobby, most) = (Lobby::default(), capacity(1, None));
    lobby.enter(&guest("a", "1"), most, at(0));
    assert_eq!(lobby.enter(&guest("b", "1"), most, at(91)), Answer::Admitted);
    lobby.touch(&guest("a", "1"), at(100));
    assert_eq!(lobby.running(), 2);
    lobby.enter(&guest("c", "1"), most, at(100));
    lobby.leave(&guest("b", "1"), at(101));
    assert_eq!(ahead(lobby.enter(&guest("c", "1"), most, at(101))), 0);
    lobby.leave(&guest("a", "1"), at(102));
    assert_eq!(lobby.enter(&guest("c", "1"), most, at(102)), Answer::Admitted);
}

#[test]
fn without_a_capacity_nobody_waits_and_everybody_counts() {
    let (mut lobby, most) = (Lobby::default(), capacity(1, None));
    lobby.enter(&guest("a", "1"), most, at(0));
    assert_eq!(ahead(lobby.enter(&guest("b", "1"), most, at(0))), 0);
    assert_eq!(lobby.enter(&guest("c", "1"), Capacity::default(), at(0)), Answer::Admitted);
    lobby.leave(&guest("a", "1"), at(1));
    assert_eq!(ahead(lobby.enter(&guest("b", "1"), most, at(1))), 0, "there is still one");
    assert_eq!(lobby.enter(&guest("b", "2"), Capacity::default(), at(1)), Answer::Admitted);
}

#[test]
fn when_to_come_again_is_told_by_the_latest_runs() {
    let (mut lobby, most) = (Lobby::default(), capacity(1, Some(0)));
    let again = |lobby: &mut Lobby, now| match lobby.enter(&guest("z", "1"), most, now) {
        Answer::Exceeded { again_in, .. } => again_in.as_secs(),
        answer @ (Answer::Admitted | Answer::Waits { .. }) => panic!("{answer:?}"),
    };
    // What was long ago does not count: 5 runs of an hour, 20 of 1 to 20 s.
    let mut now = 0;
    for time in [3_600; 5].into_iter().chain(1..=20) {
        lobby.enter(&guest("a", "1"), most, at(now));
        (0..time / 60).for_each(|beat| lobby.touch(&guest("a", "1"), at(now + beat * 60)));
        now += time;
        lobby.leave(&guest("a", "1"), at(now));
    }
    assert_eq!(lobby.lasted.len(), 20);
    lobby.enter(&guest("a", "1"), most, at(now));
    assert_eq!(again(&mut lobby, at(now)), 11);
    assert_eq!(again(&mut lobby, at(now + 4)), 7);
    assert_eq!(again(&mut lobby, at(now + 60)), 5, "never at once");
    // One that waits hears of those before it, too.
    let waits = |run: &str| lobby.clone().enter(&guest(run, "1"), capacity(1, None), at(now + 4));
    let about = Some(Duration::from_secs(7));
    assert_eq!(waits("b"), Answer::Waits { running: 1, ahead: 0, about });
    lobby.enter(&guest("b", "1"), capacity(1, None), at(now + 4));
    let answer = lobby.enter(&guest("c", "1"), capacity(1, None), at(now + 4));
    assert_eq!(
        answer,
        Answer::Waits { running: 1, ahead: 1, about: Some(Duration::from_secs(18)) }
    );
}

#[test]
fn who_left_has_left_and_a_clock_that_goes_back_keeps_nobody() {
    let (mut lobby, most) = (Lobby::default(), capacity(1, None));
    lobby.enter(&guest("a", "1"), most, at(5_000));
    lobby.enter(&guest("b", "1"), most, at(0));
    assert_eq!(
        lobby.enter(&guest("b", "1"), most, at(90)),
        Answer::Waits { running: 1, ahead: 0, about: None }
    );
    assert_eq!(lobby.enter(&guest("b", "1"), most, at(91)), Answer::Admitted);
    lobby.leave(&guest("b", "2"), at(92));
    assert_eq!(lobby.running(), 1, "somebody else");
    for _ in 0..2 {
        lobby.leave(&guest("b", "1"), at(93));
    }
    assert_eq!((lobby.bookings.len(), lobby.lasted.len()), (0, 1));
    lobby.enter(&guest("c", "1"), most, at(94));
    lobby.forget("c", Some(at(93)));
    assert_eq!(lobby.running(), 1, "it was heard of since");
    lobby.forget("c", Some(at(94)));
    assert_eq!(lobby.running(), 0);
    lobby.enter(&guest("c", "1"), most, at(95));
    lobby.forget("c", None);
    assert_eq!((lobby.bookings.len(), lobby.lasted.len()), (0, 1));
}

#[test]
fn whatever_somebody_wrote_there_no_guess_is_too_long_to_be_told() {
    let most = capacity(1, None);
    let mut lobby = Lobby { lasted: vec![Duration::MAX; 3], ..Lobby::default() };
    assert_eq!(lobby.enter(&guest("a", "1"), most, at(0)), Answer::Admitted);
    for run in ["b", "c", "d"] {
        let answer = lobby.enter(&guest(run, "1"), most, at(0));
        assert!(matches!(answer, Answer::Waits { about: Some(_), .. }), "{answer:?}");
    }
}
