// Where the user is: `#/page/part?key=value`. Back and forward come from the browser's own history.

type Place = { path: string[]; query: URLSearchParams };

let place = $state.raw<Place>(parse(location.hash));

function parse(hash: string): Place {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?', 2);
  return {
    path: path.split('/').filter((part) => part !== '').map((part) => decodeURIComponent(part)),
    query: new URLSearchParams(query),
  };
}

/** A link to a place in the window. Empty and missing values are left out, so that equal places have equal links. */
export function to(path: string[], query: Record<string, string | null | undefined> = {}): string {
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) if (value !== null && value !== undefined) search.set(key, value);
  const tail = search.toString();
  return `#/${path.map((part) => encodeURIComponent(part)).join('/')}${tail === '' ? '' : `?${tail}`}`;
}

export const route = {
  get path() {
    return place.path;
  },
  get query() {
    return place.query;
  },
  /** Goes to a place and remembers the one before. */
  go(link: string): void {
    if (location.hash === link) return;
    location.hash = link;
    place = parse(link);
  },
  /** Changes the place without a new step in the history: for filters and chosen rows. */
  replace(link: string): void {
    if (location.hash === link) return;
    history.replaceState(history.state, '', link);
    place = parse(link);
  },
};

if (typeof window !== 'undefined') {
  window.addEventListener('hashchange', () => {
    place = parse(location.hash);
  });
}
