interface Words {
  readonly title: string;
  readonly sentence: string;
}

const MARGIN = 20;
const HEAD = 64;
const CAPTION = 24;

/** The charts as one picture, as they are on the page, with the scenario's name and the verdict above. */
export async function pictureOf(stack: HTMLElement, { title, sentence }: Words): Promise<Blob> {
  const charts = [...stack.querySelectorAll<HTMLElement>(".chart")].flatMap((chart) => {
    const canvas = chart.querySelector("canvas");
    return canvas === null ? [] : [{ canvas, caption: chart.querySelector(".chart-title")?.textContent ?? "" }];
  });
  const ticks = [...stack.querySelectorAll<HTMLElement>(".time-tick")];
  const style = getComputedStyle(stack);
  const scale = window.devicePixelRatio;
  const width = stack.clientWidth;
  const height = HEAD + charts.reduce((sum, { canvas }) => sum + CAPTION + canvas.clientHeight, 0) + CAPTION;
  const picture = document.createElement("canvas");
  picture.width = Math.round((width + 2 * MARGIN) * scale);
  picture.height = Math.round((height + 2 * MARGIN) * scale);
  const pen = picture.getContext("2d");
  if (pen === null) throw new Error("The browser gives no canvas to draw on.");
  pen.scale(scale, scale);
  pen.fillStyle = getComputedStyle(document.documentElement).backgroundColor;
  pen.fillRect(0, 0, width + 2 * MARGIN, height + 2 * MARGIN);
  pen.translate(MARGIN, MARGIN);
  pen.fillStyle = style.color;
  pen.textBaseline = "top";
  pen.font = `600 16px ${style.fontFamily}`;
  pen.fillText(title, 0, 0, width);
  pen.font = `13px ${style.fontFamily}`;
  pen.fillText(sentence, 0, 26, width);
  let top = HEAD;
  for (const { canvas, caption } of charts) {
    pen.font = `600 12px ${style.fontFamily}`;
    pen.fillText(caption, 0, top + 4);
    pen.drawImage(canvas, 0, top + CAPTION, canvas.clientWidth, canvas.clientHeight);
    top += CAPTION + canvas.clientHeight;
  }
  pen.font = `11px ${style.fontFamily}`;
  pen.textAlign = "center";
  const left = stack.getBoundingClientRect().left;
  for (const tick of ticks) {
    const box = tick.getBoundingClientRect();
    pen.fillText(tick.textContent, box.left + box.width / 2 - left, top + 4);
  }
  return new Promise((resolve, reject) => {
    picture.toBlob((blob) => {
      if (blob === null) reject(new Error("The browser could not write the picture."));
      else resolve(blob);
    }, "image/png");
  });
}
