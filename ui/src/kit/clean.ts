// Imported text is hostile: characters that hide or reorder text become visible marks. Nothing here makes markup.

export type Run = { text: string; mark: boolean };

/** How much of an imported text is shown before `show all`. */
export const SHOWN = 300;

/** Controls, bidirectional controls, zero-width and invisible format characters, separators, tags and lone surrogates. */
function isHidden(code: number): boolean {
  return (
    code < 0x20 || (code >= 0x7f && code <= 0x9f) || code === 0xad || code === 0x34f || code === 0x61c || code === 0x115f || code === 0x1160
    || code === 0x17b4 || code === 0x17b5 || code === 0x180e || (code >= 0x200b && code <= 0x200f) || (code >= 0x2028 && code <= 0x202e)
    || (code >= 0x2060 && code <= 0x206f) || code === 0x3164 || code === 0xfeff || code === 0xffa0 || (code >= 0xfff9 && code <= 0xfffb)
    || (code >= 0xd800 && code <= 0xdfff) || (code >= 0xe0000 && code <= 0xe007f)
  );
}

/** Splits into plain text and marks such as `U+202E`. */
export function runs(text: string, limit = SHOWN): Run[] {
  const out: Run[] = [];
  let plain = '';
  let seen = 0;
  for (const char of text) {
    if (seen >= limit) break;
    seen += 1;
    const code = char.codePointAt(0) ?? 0;
    if (isHidden(code)) {
      if (plain !== '') out.push({ text: plain, mark: false });
      plain = '';
      out.push({ text: `U+${code.toString(16).toUpperCase().padStart(4, '0')}`, mark: true });
    } else plain += char;
  }
  if (plain !== '') out.push({ text: plain, mark: false });
  return out;
}

/** The same as one string, for titles and accessible names: `Payroll [U+202E]cnyS`. */
export function plainText(text: string, limit = SHOWN): string {
  const shown = runs(text, limit).map((run) => (run.mark ? `[${run.text}]` : run.text)).join('');
  return [...text].length > limit ? `${shown}\u2026` : shown;
}
