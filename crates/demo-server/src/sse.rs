//! Writing server-sent events (WHATWG HTML, "Server-sent events"), well or, when told so, badly.

use bytes::Bytes;
use serde_json::json;

use crate::faults::ErrorText;
use crate::faults::shape::FrameShape;
use crate::faults::stream::StreamFaults;
use crate::wire::events::Kind;

/// Writes the frames of one stream.
#[derive(Debug)]
pub(crate) struct Writer {
    faults: StreamFaults,
    /// `None`: frames go out as they are.
    shape: Option<FrameShape>,
    error: ErrorText,
    frames: u64,
    held: Option<(Kind, Bytes)>,
    done: bool,
    line_end: &'static str,
}

impl Writer {
    pub(crate) fn new(faults: StreamFaults, shape: Option<FrameShape>, error: ErrorText) -> Self {
        let line_end = match faults.line_ending.as_deref() {
            Some("CR") => "\r",
            Some("CRLF") => "\r\n",
            _ => "\n",
        };
        Self {
            faults,
            shape,
            error,
            frames: 0,
            held: None,
            done: false,
            line_end,
        }
    }

    /// What stands before every frame. The comment shows at once that the stream is open: Firefox and some proxies
    /// tell of an answer only with the first byte of its body.
    pub(crate) fn beginning(&self) -> Vec<u8> {
        let mut out = Vec::new();
        if !self.faults.no_opening_comment {
            self.comment(&mut out, "open");
        }
        if self.faults.giant_frame_bytes > 0 {
            let filler = "x".repeat(usize::try_from(self.faults.giant_frame_bytes).unwrap_or(0));
            let data = json!({"type": "demo.giant_frame", "id": "sevt_demo_giant_frame", "filler": filler});
            self.raw(&mut out, "demo.giant_frame", data.to_string().as_bytes());
        }
        out
    }

    /// Whether the stream has ended by a fault.
    pub(crate) fn is_done(&self) -> bool {
        self.done
    }

    pub(crate) fn holds_a_frame(&self) -> bool {
        self.held.is_some()
    }

    pub(crate) fn frame(&mut self, out: &mut Vec<u8>, name: &Kind, json: &Bytes) {
        match &self.shape {
            None => self.shaped(out, name, json),
            Some(shape) => {
                for (name, json) in shape.frames(name, json, self.frames) {
                    self.shaped(out, &name, &json);
                }
            }
        }
    }

    fn shaped(&mut self, out: &mut Vec<u8>, name: &Kind, json: &Bytes) {
        if self.done {
            return;
        }
        if self
            .faults
            .end_after_frames
            .is_some_and(|after| self.frames >= after)
        {
            self.done = true;
            return;
        }
        if self
            .faults
            .error_after_frames
            .is_some_and(|after| self.frames >= after)
        {
            let body = json!({
                "type": "error",
                "error": {"type": self.error.kind, "message": self.error.message},
                "request_id": null,
            });
            self.raw(out, "error", body.to_string().as_bytes());
            self.done = true;
            return;
        }
        self.frames += 1;
        let every = |n: u64| n > 0 && self.frames.is_multiple_of(n);
        if every(self.faults.comment_every) {
            self.comment(out, "comment");
        }
        if every(self.faults.ping_every) {
            self.ping(out);
        }
        if every(self.faults.omit_every) {
            return;
        }
        if every(self.faults.reorder_every) && self.held.is_none() {
            self.held = Some((name.clone(), json.clone()));
            return;
        }
        self.raw(out, name, json);
        if every(self.faults.duplicate_every) {
            self.raw(out, name, json);
        }
        self.release(out);
    }

    /// Sends the frame that waited to be overtaken.
    pub(crate) fn release(&mut self, out: &mut Vec<u8>) {
        if let Some((name, json)) = self.held.take() {
            self.raw(out, &name, &json);
        }
    }

    /// What shows that a quiet stream is alive.
    pub(crate) fn heartbeat(&self, out: &mut Vec<u8>) {
        if self.faults.heartbeat_ping {
            self.ping(out);
        } else {
            self.comment(out, "keep-alive");
        }
    }

    fn ping(&self, out: &mut Vec<u8>) {
        self.raw(out, "ping", b"{\"type\":\"ping\"}");
    }

    pub(crate) fn comment(&self, out: &mut Vec<u8>, text: &str) {
        self.line(out, ": ", text.as_bytes());
        out.extend_from_slice(self.line_end.as_bytes());
    }

    fn raw(&self, out: &mut Vec<u8>, name: &str, data: &[u8]) {
        // A name that came from outside must not break out of its line.
        if !self.faults.omit_event_names && !name.contains(['\r', '\n']) {
            self.line(out, "event: ", name.as_bytes());
        }
        self.line(out, "data: ", data);
        out.extend_from_slice(self.line_end.as_bytes());
    }

    fn line(&self, out: &mut Vec<u8>, field: &str, value: &[u8]) {
        out.extend_from_slice(field.as_bytes());
        out.extend_from_slice(value);
        out.extend_from_slice(self.line_end.as_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What goes out after the opening comment.
    fn written(faults: StreamFaults, names: &[&'static str]) -> String {
        let mut writer = Writer::new(
            faults,
            None,
            ErrorText {
                kind: "api_error".into(),
                message: "m".into(),
            },
        );
        let mut out = writer.beginning();
        for name in names {
            writer.frame(&mut out, &Kind::Borrowed(name), &Bytes::from_static(b"{}"));
        }
        writer.release(&mut out);
        let blank = writer.line_end.repeat(2);
        let text = String::from_utf8(out).unwrap();
        text.strip_prefix(&format!(": open{blank}")).unwrap().to_owned()
    }

    fn names(text: &str) -> Vec<&str> {
        text.lines()
            .filter_map(|line| line.strip_prefix("event: "))
            .collect()
    }

    #[test]
    fn a_frame_is_name_data_and_a_blank_line() {
        assert_eq!(written(StreamFaults::default(), &["a"]), "event: a\ndata: {}\n\n");
        let crlf = StreamFaults {
            line_ending: Some("CRLF".into()),
            ..StreamFaults::default()
        };
        assert_eq!(written(crlf, &["a"]), "event: a\r\ndata: {}\r\n\r\n");
        let nameless = StreamFaults {
            omit_event_names: true,
            ..StreamFaults::default()
        };
        assert_eq!(written(nameless, &["a"]), "data: {}\n\n");
    }

    #[test]
    fn every_nth_frame_suffers() {
        let doubled = StreamFaults {
            duplicate_every: 2,
            ..StreamFaults::default()
        };
        assert_eq!(
            names(&written(doubled, &["a", "b", "c", "d"])),
            ["a", "b", "b", "c", "d", "d"]
        );
        let swapped = StreamFaults {
            reorder_every: 2,
            ..StreamFaults::default()
        };
        assert_eq!(
            names(&written(swapped, &["a", "b", "c", "d"])),
            ["a", "c", "b", "d"]
        );
        let pinged = StreamFaults {
            ping_every: 2,
            ..StreamFaults::default()
        };
        assert_eq!(names(&written(pinged, &["a", "b", "c"])), ["a", "ping", "b", "c"]);
        let lossy = StreamFaults {
            omit_every: 2,
            ..StreamFaults::default()
        };
        assert_eq!(names(&written(lossy, &["a", "b", "c", "d"])), ["a", "c"]);
    }

    #[test]
    fn streams_can_end_by_an_error_frame_or_silently() {
        let failing = StreamFaults {
            error_after_frames: Some(1),
            ..StreamFaults::default()
        };
        assert_eq!(names(&written(failing, &["a", "b", "c"])), ["a", "error"]);
        let ending = StreamFaults {
            end_after_frames: Some(2),
            ..StreamFaults::default()
        };
        assert_eq!(names(&written(ending, &["a", "b", "c"])), ["a", "b"]);
    }
}
