"""JavaScript twin of platform/console: a page shows progress itself unless it is asked for."""

__pragma__(
    "js",
    "{}",
    """
let interactive = true;
export const set_interactive = (wanted) => { interactive = wanted; };
export const is_interactive = () => interactive;
export const write_line = (text) => (interactive ? console.log(text) : console.debug(text));
export const write_part = (text) => write_line(text.trimEnd());
export const is_terminal = () => false;
export const usual_verbosity = () => 0;
export const warn = (text) => console.warn(text);
export const write_table = (title, heads, rows, notes) => {
  const widths = heads.map((head, i) => Math.max(head.length, ...rows.map((row) => row[i].length)));
  const line = (cells) => cells.map((cell, i) => cell.padEnd(widths[i])).join('  ').trimEnd();
  console.log([title, line(heads), ...rows.map(line), ...notes].join('\\n'));
};
""",
)
