"""Makes a program smaller as long as a test holds for it: by blocks and lines, then by expressions."""

import re
import time

SIMPLE = ["0", "1", "true", "false", '""', "[]"]


def indentation(line):
    return len(line) - len(line.lstrip(" "))


def block_end(lines, start):
    """The line after the header at `start` and its indented block."""
    end = start + 1
    while end < len(lines) and indentation(lines[end]) > indentation(lines[start]):
        end += 1
    return end


class Reducer:
    def __init__(self, files, check, seconds):
        self.files = {name: text.splitlines() for name, text in files.items()}
        self.check = check
        self.end = time.monotonic() + seconds

    def holds(self, name, lines):
        if time.monotonic() > self.end:
            return False
        candidate = dict(self.files)
        candidate[name] = lines
        texts = {n: "\n".join(ls) + "\n" for n, ls in candidate.items() if ls is not None}
        if not self.check(texts):
            return False
        self.files = {n: ls for n, ls in candidate.items() if ls is not None}
        return True

    def run(self):
        size = None
        while size != self.size() and time.monotonic() < self.end:
            size = self.size()
            for name in list(self.files):
                if name != "main.orus" and self.holds(name, None):
                    continue
                self.chunks(name)
                self.blocks(name)
                self.expressions(name)
        return {name: "\n".join(lines) + "\n" for name, lines in self.files.items()}

    def size(self):
        return sum(len(line) for lines in self.files.values() for line in lines)

    def chunks(self, name):
        """Leaves out ever smaller runs of top-level items."""
        size = len(self.files[name]) // 2
        while size >= 4:
            start = len(self.files[name])
            while start > 0:
                lines = self.files[name]
                low = max(0, start - size)
                # Whole items only: begin and end at lines of the outermost level.
                while low > 0 and indentation(lines[low]) > 0:
                    low -= 1
                high = min(start, len(lines))
                while high < len(lines) and (indentation(lines[high]) > 0 or
                                             re.match(r"catch|else|elif", lines[high])):
                    high += 1
                self.holds(name, lines[:low] + lines[high:])
                start = low
            size //= 2

    def blocks(self, name):
        """Leaves out each statement, or replaces it by the statements of its block."""
        at = len(self.files[name]) - 1
        while at >= 0:
            lines = self.files[name]
            if at >= len(lines):
                at = len(lines) - 1
                continue
            end = block_end(lines, at)
            tail = end
            while tail < len(lines) and indentation(lines[tail]) == indentation(lines[at]) and \
                    re.match(r" *(catch|else|elif)\b", lines[tail]):
                tail = block_end(lines, tail)
            inner = [line[4:] for line in lines[at + 1:end]]
            blank = " " * indentation(lines[at]) + "pass"
            for middle, rest in (([], tail), ([], end), (inner, tail), ([blank], end)):
                if lines[at:rest] != middle and self.holds(name, lines[:at] + middle + lines[rest:]):
                    break
            at -= 1

    def expressions(self, name):
        """Replaces each bracketed or comma-separated part by something simple or by one of its parts."""
        at = 0
        while at < len(self.files[name]):
            position = 0
            while position < len(self.files[name][at]):
                lines = self.files[name]
                line = lines[at]
                for candidate in self.shorter(line, position):
                    if len(candidate) < len(line) and \
                            self.holds(name, lines[:at] + [candidate] + lines[at + 1:]):
                        break
                else:
                    position += 1
                if time.monotonic() > self.end:
                    return
            at += 1

    def shorter(self, line, position):
        head, rest = line[:position], line[position:]
        word = re.match(r"[\w.]+", rest)
        if word and not (position and re.match(r"[\w.]", line[position - 1])):
            after = rest[word.end():]
            close = matching(after) if after[:1] in ("(", "[", "{") else 0
            for text in SIMPLE:
                yield head + text + after[close:]
            if close:
                yield head + after[1:close - 1] + after[close:]
                yield head + word.group() + after[close:]
        if rest[:1] in ("(", "["):
            close = matching(rest)
            if close:
                for text in SIMPLE:
                    yield head + text + rest[close:]
                yield head + rest[1:close - 1] + rest[close:]
        operator = re.match(r" (?:[-+*/%]|and|or|<=?|>=?|[!=]=|matches|as|if|else) ", rest)
        if operator:
            for end in operand_ends(rest, operator.end()):
                yield head + rest[end:]
        if rest.startswith(", "):
            for end in operand_ends(rest, 2):
                yield head + rest[end:]
        if rest[:1] in "([":
            # The first element of a list.
            for end in operand_ends(rest, 1):
                if rest[end:end + 2] == ", ":
                    yield head + rest[0] + rest[end + 2:]


def matching(text):
    """The length of the bracketed text at the beginning, or 0."""
    depth, quoted, skip = 0, False, False
    for position, character in enumerate(text):
        if skip:
            skip = False
        elif quoted:
            skip = character == "\\"
            quoted = character != '"'
        elif character == '"':
            quoted = True
        elif character in "([{":
            depth += 1
        elif character in ")]}":
            depth -= 1
            if depth == 0:
                return position + 1
    return 0


def operand_ends(text, start):
    """Places after `start` where an operand may end, farthest first."""
    ends, position = [], start
    while position < len(text):
        character = text[position]
        if character in "([{":
            step = matching(text[position:])
            if not step:
                break
            position += step
            ends.append(position)
            continue
        if character in ")]},:":
            ends.append(position)
            break
        if character == '"':
            end = re.match(r'"(?:[^"\\]|\\.)*"', text[position:])
            if not end:
                break
            position += end.end()
            ends.append(position)
            continue
        if character == " ":
            ends.append(position)
        position += 1
    else:
        ends.append(len(text))
    return sorted(set(ends), reverse=True)


def reduce_program(files, check, seconds):
    """The smallest {name: text} found within the time for which `check` holds, beginning at `files`."""
    return Reducer(files, check, seconds).run()
