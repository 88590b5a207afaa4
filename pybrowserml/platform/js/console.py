"""JavaScript twin of platform/console: a page shows progress itself, by callbacks."""

__pragma__(
    "js",
    "{}",
    """
export const write_line = (text) => console.log(text);
export const warn = (text) => console.warn(text);
export const write_table = (title, heads, rows, notes) => {
  const widths = heads.map((head, i) => Math.max(head.length, ...rows.map((row) => row[i].length)));
  const line = (cells) => cells.map((cell, i) => cell.padEnd(widths[i])).join('  ').trimEnd();
  console.log([title, line(heads), ...rows.map(line), ...notes].join('\\n'));
};
class Progress {
  start_epoch() {}
  end_batch() {}
  end_epoch() {}
  close() {}
}
export const new_progress = () => new Progress();
""",
)
