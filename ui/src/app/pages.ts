// The pages, found by their folders. Deleting a folder deletes the page.
import type { PageInfo } from '../kit/page-info';

const found = import.meta.glob<{ page: PageInfo }>('../pages/*/page.ts', { eager: true });

export const pages: PageInfo[] = Object.values(found).map((file) => file.page).sort((a, b) => a.order - b.order);

/** The page of a route; Overview's or the first when the route is not known. */
export function pageOf(name: string | undefined): PageInfo | undefined {
  return pages.find((page) => page.route === name) ?? pages[0];
}
