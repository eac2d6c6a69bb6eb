use super::*;

/// A second of the year 2000.
fn at(second: i64) -> Timestamp {
    Timestamp::from_micros((946_684_800 + second) * 1_000_000)
}

fn page(times: &[i64], next: Option<&str>) -> Page<Event> {
    let event = |second: &i64| {
        let time = at(*second);
        let json = format!(r#"{{"type":"x","id":"sevt_{second}","processed_at":"{time}"}}"#);
        Event::parse(&json).expect("an event")
    };
    Page {
        data: times.iter().map(event).collect(),
        next_page: next.map(str::to_owned),
        ..Page::default()
    }
}

fn take(listing: &mut Listing, page: &Page<Event>, news: usize) -> Step {
    let head = PageHead::of(page, page.data.iter().find(|event| !waits(event)));
    listing.judge(&head, listing.pages > 0);
    listing.take(head, news)
}

fn listing(floor: Option<i64>) -> Listing {
    let floor = floor.map(at);
    Listing::new(1, Purpose::History, floor, Habits::default())
}

#[test]
fn goes_down_to_the_floor() {
    let mut listing = listing(Some(50));
    assert_eq!(listing.query().limit, Some(FEW));
    assert_eq!(take(&mut listing, &page(&[90, 80], Some("a")), 2), Step::More);
    assert_eq!(listing.query().page.as_deref(), Some("a"));
    assert_eq!(listing.query().limit, Some(MANY));
    assert_eq!(take(&mut listing, &page(&[60, 49], Some("b")), 2), Step::Done);
}

#[test]
fn a_cycle_of_cursors_is_noticed_whatever_its_length() {
    for length in 1..5 {
        let names: Vec<String> = (0..length).map(|n| format!("page_{n}")).collect();
        let mut listing = listing(None);
        let mut steps = 0;
        loop {
            let next = &names[steps % length];
            let time = 1_000 - steps as i64;
            match take(&mut listing, &page(&[time], Some(next)), 1) {
                Step::More => steps += 1,
                step => {
                    assert_eq!(step, Step::Stuck);
                    break;
                }
            }
        }
        assert_eq!(steps, length, "each page is asked for once");
    }
}

#[test]
fn pages_without_news_are_asked_for_ever_more_slowly_and_not_for_ever() {
    let mut listing = listing(None);
    let mut waits = Vec::new();
    for number in 0.. {
        match take(&mut listing, &page(&[], Some(&format!("fresh_{number}"))), 0) {
            Step::After(ms) => waits.push(ms),
            step => {
                assert_eq!(step, Step::Stuck);
                break;
            }
        }
    }
    assert_eq!(waits.len() as u32, IDLE_PAGES);
    assert_eq!(waits[..3], [250.0, 500.0, 1_000.0]);
    assert_eq!(waits.last(), Some(&IDLE_PAUSE_MS.1));
}

#[test]
fn pages_that_take_turns_under_fresh_cursors_are_no_progress() {
    let mut listing = listing(None);
    take(&mut listing, &page(&[90, 80], Some("a")), 2);
    take(&mut listing, &page(&[70, 60], Some("b")), 2);
    for number in 0..IDLE_PAGES {
        let times = if number % 2 == 0 { [90, 80] } else { [70, 60] };
        let step = take(&mut listing, &page(&times, Some(&format!("fresh_{number}"))), 0);
        assert!(matches!(step, Step::After(_)), "{number}: {step:?}");
    }
}

#[test]
fn a_moment_that_is_longer_than_a_page_is_progress() {
    let mut listing = listing(Some(0));
    for number in 0..50 {
        let mut same = page(&[70, 70], Some(&format!("p{number}")));
        for (index, event) in same.data.iter_mut().enumerate() {
            let id = format!("sevt_{number}_{index}");
            *event = Event::parse(&event.raw().replace("sevt_70", &id)).expect("an event");
        }
        assert_eq!(take(&mut listing, &same, 0), Step::More);
    }
}

#[test]
fn where_cursors_have_no_end_the_next_listing_stops_at_the_first_page_without_news() {
    let mut listing = listing(None);
    take(&mut listing, &page(&[90], Some("a")), 1);
    assert_eq!(take(&mut listing, &page(&[80], Some("a")), 1), Step::Stuck);
    let mut next = Listing::new(2, Purpose::Tail { attempt: 1 }, None, listing.habits());
    assert_eq!(
        take(&mut next, &page(&[90], Some("b")), 0),
        Step::More,
        "a first page is always another"
    );
    assert_eq!(take(&mut next, &page(&[90], Some("c")), 0), Step::Stuck);
}

#[test]
fn known_events_further_down_are_progress() {
    let mut listing = listing(Some(0));
    for number in 0..100 {
        let step = take(
            &mut listing,
            &page(&[1_000 - number], Some(&format!("p{number}"))),
            0,
        );
        assert_eq!(step, Step::More);
    }
}

#[test]
fn has_more_without_a_page_goes_on_behind_the_last_id_once() {
    let more = |times: &[i64], last: Option<&str>| Page {
        has_more: true,
        last_id: last.map(str::to_owned),
        ..page(times, None)
    };
    let mut listing = listing(None);
    assert_eq!(
        take(&mut listing, &more(&[90, 80], Some("sevt_80")), 2),
        Step::More
    );
    assert_eq!(listing.query().after_id.as_deref(), Some("sevt_80"));
    assert_eq!(take(&mut listing, &more(&[70, 60], None), 2), Step::More);
    assert_eq!(listing.query().after_id.as_deref(), Some("sevt_60"));
    assert_eq!(take(&mut listing, &more(&[70, 60], None), 0), Step::Withholds);
}

#[test]
fn upwards_known_input_that_waits_is_no_end_of_the_list() {
    let waiting = |ids: &[&str]| {
        let event = |id: &&str| Event::parse(&format!(r#"{{"type":"user.message","id":"{id}"}}"#));
        Page {
            data: ids.iter().map(|id| event(id).expect("an event")).collect(),
            has_more: true,
            ..Page::default()
        }
    };
    let mut listing = listing(None);
    let processed = Page {
        has_more: true,
        ..page(&[10, 20, 30], None)
    };
    assert_eq!(take(&mut listing, &processed, 3), Step::More);
    assert_eq!(take(&mut listing, &waiting(&["a", "b"]), 0), Step::More);
    assert_eq!(take(&mut listing, &waiting(&["c", "d"]), 0), Step::More);
    assert_eq!(take(&mut listing, &waiting(&["c", "d"]), 0), Step::Withholds);
}

#[test]
fn a_first_page_of_known_input_that_waits_says_nothing_of_what_lies_below() {
    let event = |id: &str| Event::parse(&format!(r#"{{"type":"user.message","id":"{id}"}}"#));
    let waiting = Page {
        data: vec![event("b").expect("an event"), event("a").expect("an event")],
        next_page: Some("p".into()),
        ..Page::default()
    };
    let mut listing = Listing::new(1, Purpose::Tail { attempt: 1 }, None, Habits::default());
    assert_eq!(take(&mut listing, &waiting, 0), Step::More);
    assert_eq!(take(&mut listing, &page(&[20, 10], None), 2), Step::Done);
}

#[test]
fn where_nothing_has_a_time_a_second_look_goes_on_until_it_has_come_to_what_was_known() {
    let event = |id: u32| Event::parse(&format!(r#"{{"type":"agent.message","id":"sevt_{id}"}}"#));
    let known = |ids: [u32; 2], next: &str| Page {
        data: ids.iter().map(|id| event(*id).expect("an event")).collect(),
        next_page: Some(next.into()),
        ..Page::default()
    };
    let newest = event(4).expect("an event");
    let mut listing = Listing::new(1, Purpose::Tail { attempt: 1 }, None, Habits::default());
    let mut step = |page: &Page<Event>| listing.take(PageHead::of(page, Some(&newest)), 0);
    assert_eq!(
        step(&known([1, 2], "a")),
        Step::More,
        "the oldest came first, whatever was asked for"
    );
    assert_eq!(step(&known([3, 4], "b")), Step::Done);
}

#[test]
fn a_server_that_ignores_the_order_is_read_upwards_to_its_end() {
    let mut listing = listing(None);
    let first = page(&[10, 20, 30], Some("a"));
    assert_eq!(take(&mut listing, &first, 3), Step::More);
    assert!(listing.is_below_the_end());
    assert!(!listing.listed.is_newest_first());
    let last = page(&[40, 50], None);
    assert_eq!(take(&mut listing, &last, 2), Step::Done);
    assert_eq!(listing.top, Some(at(50)));
    assert!(!listing.is_below_the_end());
    let top = listing.reached(0.0);
    let next = Listing::new(2, Purpose::Tail { attempt: 1 }, top, listing.habits());
    assert!(
        next.query().since.is_some(),
        "it does not begin at the first event again"
    );
}

#[test]
fn pages_that_did_not_tell_their_order_are_read_again_once_the_list_is_seen_to_go_upwards() {
    let mut tail = Listing::new(1, Purpose::Tail { attempt: 1 }, Some(at(5)), Habits::default());
    assert_eq!(take(&mut tail, &page(&[9, 9, 9], Some("a")), 3), Step::More);
    let second = page(&[9, 10], Some("b"));
    let head = PageHead::of(&second, None);
    assert!(tail.judge(&head, true), "the first page was merged upside down");
    assert_eq!(tail.query().page, None, "from the first event");
    assert_eq!(tail.query().since, None, "whatever was looked for");
    assert!(!tail.judge(&head, true), "once");

    let mut first = listing(None);
    assert!(!first.judge(&head, false), "nothing to mend");
    assert!(first.goes_upwards());
}
