// The two live regions of the frame. Components post here and never make regions of their own.

let polite = $state('');
let assertive = $state('');

export const spoken = {
  get polite() {
    return polite;
  },
  get assertive() {
    return assertive;
  },
};

/** Says something when the reader pauses. */
export function announce(text: string): void {
  // The same text twice must be heard twice, so the old one is taken away first.
  polite = '';
  queueMicrotask(() => {
    polite = text;
  });
}

/** Interrupts; for failures only. */
export function alarm(text: string): void {
  assertive = '';
  queueMicrotask(() => {
    assertive = text;
  });
}
