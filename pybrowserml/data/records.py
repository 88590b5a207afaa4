"""CSV text to records and other text to lines, chunk by chunk: RFC 4180, the rest as Python's csv module has it.

A field in quotes may hold delimiters and line breaks; two quotes inside stand for one. Quotes elsewhere are letters,
and so is what follows a closing quote. Lines end in CR, LF or CRLF. Empty lines are left out.
"""

from ..platform.errors import error

# No record is longer: what is, has most likely lost a quote.
LONGEST = 16777216


class Records:
    """Records, lists of texts, of CSV text that comes in chunks.

    label: how messages call the source; first: the number of the first record in messages.
    """

    def __init__(self, delimiter, quote, label, first):
        self.delimiter = delimiter
        self.quote = quote
        self.label = label
        self.rest = ""
        self.row = first

    def feed(self, text):
        """The records that are complete with this chunk."""
        return self._parse(text if self.rest == "" else self.rest + text, False)

    def finish(self):
        """The record at the end, in a list; empty where nothing is left."""
        return self._parse(self.rest, True)

    def _parse(self, text, final):
        size = len(text)
        found = []
        place = 0
        marks = _Marks(text, self.quote)
        while place < size:
            end = marks.line_end(place)
            if marks.quote_at(place) > end:
                if not _is_whole_line(text, end, final):
                    break
                if end > place:
                    found.append(text[place:end].split(self.delimiter))
                place = _after(text, end)
            else:
                made = self._quoted(text, place, final, marks, len(found))
                if made is None:
                    break
                found.append(made[0])
                place = made[1]
        self.rest = text[place:size]
        self.row = self.row + len(found)
        if len(self.rest) > LONGEST:
            raise self._unclosed(0)
        return found

    def _unclosed(self, found):
        row = str(self.row + found)
        return error("FormatError", "csv: " + self.label + ": row " + row + ": a quote is not closed")

    def _quoted(self, text, place, final, marks, found):
        """[fields, the place after the record] of a record with quotes; None where its end is still to come."""
        size = len(text)
        fields = []
        while True:
            value = ""
            if place < size and text[place] == self.quote:
                place = place + 1
                while True:
                    close = text.find(self.quote, place)
                    if close < 0 and final:
                        raise self._unclosed(found)
                    if close < 0 or close + 1 == size and not final:
                        return None
                    value = value + text[place:close]
                    place = close + 1
                    if place < size and text[place] == self.quote:
                        value = value + self.quote
                        place = place + 1
                    else:
                        break
            end = marks.line_end(place)
            stop = text.find(self.delimiter, place)
            if stop >= 0 and stop < end:
                fields.append(value + text[place:stop])
                place = stop + 1
            else:
                if not _is_whole_line(text, end, final):
                    return None
                fields.append(value + text[place:end])
                return [fields, _after(text, end)]


class _Marks:
    """Where the next line break and the next quote are, each looked for once; the text's size where there is none."""

    def __init__(self, text, quote):
        self.text = text
        self.quote = quote
        self.feed = -1
        self.turn = -1
        self.mark = -1

    def _next(self, letter, known, place):
        if known >= place:
            return known
        found = self.text.find(letter, place)
        return len(self.text) if found < 0 else found

    def line_end(self, place):
        self.feed = self._next("\n", self.feed, place)
        self.turn = self._next("\r", self.turn, place)
        return self.feed if self.feed < self.turn else self.turn

    def quote_at(self, place):
        if self.quote is None:
            return len(self.text) + 1
        self.mark = self._next(self.quote, self.mark, place)
        return self.mark if self.mark < len(self.text) else len(self.text) + 1


def _is_whole_line(text, end, final):
    """Whether a line that ends at `end` is complete: a CR at the very end may be half of a CRLF."""
    size = len(text)
    return final or end < size - 1 or end == size - 1 and text[end] == "\n"


def _after(text, end):
    """The place behind a line break at `end`."""
    crlf = end + 1 < len(text) and text[end] == "\r" and text[end + 1] == "\n"
    return end + 2 if crlf else end + 1


class Lines:
    """The lines, without their ends, of text that comes in chunks."""

    def __init__(self):
        self.rest = ""

    def feed(self, text):
        """The lines that are complete with this chunk."""
        return self._parse(text if self.rest == "" else self.rest + text, False)

    def finish(self):
        """The line at the end, in a list; empty where nothing is left."""
        return self._parse(self.rest, True)

    def _parse(self, text, final):
        size = len(text)
        found = []
        place = 0
        marks = _Marks(text, None)
        while place < size:
            end = marks.line_end(place)
            if not _is_whole_line(text, end, final):
                break
            found.append(text[place:end])
            place = _after(text, end)
        self.rest = text[place:size]
        return found
