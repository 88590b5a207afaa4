// Ten probabilities as bars.

const element = (tag, className, text = "") => {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  return made;
};

/** Fills the list with ten rows. Returns show(probabilities), where null empties them. */
export const probabilityBars = (list) => {
  const rows = Array.from({ length: 10 }, (_, digit) => {
    const row = element("li", "");
    const track = element("span", "track");
    const fill = element("span", "fill");
    const value = element("span", "value", "–");
    track.append(fill);
    row.append(element("span", "digit", String(digit)), track, value);
    list.append(row);
    return { row, fill, value };
  });
  return (probabilities) => {
    const best = probabilities === null ? -1 : probabilities.indexOf(Math.max(...probabilities));
    rows.forEach(({ row, fill, value }, digit) => {
      const probability = probabilities?.[digit] ?? 0;
      fill.style.transform = `scaleX(${probability})`;
      value.textContent = probabilities === null ? "–" : `${(probability * 100).toFixed(1)} %`;
      row.classList.toggle("best", digit === best);
    });
    return best;
  };
};
