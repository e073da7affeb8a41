// What a page folder exports from `page.ts`; the frame finds the folders by glob.
import type { Component } from 'svelte';

export type PageInfo = {
  title: string;
  /** First part of the route: `#/inventory`. */
  route: string;
  /** Place in the rail, ascending. From 90 on it stands at the foot. */
  order: number;
  icon: Component<{ size?: number | string; strokeWidth?: number | string }>;
  /** Letter that follows `g`. */
  key: string;
  view: Component<PageProps> | Component<Record<string, never>>;
  /** A count beside the name in the rail; null = none. */
  badge?: () => string | null;
};

/** What the frame hands to a page: the rest of the path and the query. */
export type PageProps = { path: string[]; query: URLSearchParams };
