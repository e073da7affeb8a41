// Messages of this session: a toast for ten seconds and a line in the list, so that a toast is never the only copy.
import { alarm, announce } from './announce.svelte';

export type NoticeAction = { label: string; run: () => void };
export type Message = { id: number; text: string; failed: boolean; action: NoticeAction | null; at: number; read: boolean };

const TOAST_MS = 10_000;
let messages = $state.raw<Message[]>([]);
let toasts = $state.raw<number[]>([]);
let next = 1;

export const notices = {
  get all() {
    return messages;
  },
  get toasts() {
    return messages.filter((message) => toasts.includes(message.id));
  },
  get unread() {
    return messages.filter((message) => !message.read).length;
  },
  tell(text: string, options: { failed?: boolean; action?: NoticeAction } = {}): void {
    const id = next++;
    const failed = options.failed ?? false;
    messages = [{ id, text, failed, action: options.action ?? null, at: Date.now(), read: false }, ...messages].slice(0, 50);
    toasts = [...toasts, id];
    if (failed) alarm(text);
    else announce(text);
    setTimeout(() => notices.close(id), TOAST_MS);
  },
  close(id: number): void {
    toasts = toasts.filter((toast) => toast !== id);
  },
  readAll(): void {
    messages = messages.map((message) => ({ ...message, read: true }));
  },
};
