// What a page tells the frame: the words of the status bar and of the window's title.

let status = $state.raw<string[]>([]);
let title = $state.raw<string[]>([]);

export const frame = {
  get status() {
    return status;
  },
  get title() {
    return title;
  },
  setStatus(words: string[]): void {
    status = words;
  },
  setTitle(words: string[]): void {
    title = words;
  },
};
