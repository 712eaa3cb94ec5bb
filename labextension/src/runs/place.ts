/** A place on the Pipelines page as a link that people send each other. Pure. */

/** A pipeline and one of its runs; empty where none is meant. */
export interface IPlace {
  readonly dagId: string;
  readonly runId: string;
}

const KEY = 'promote';

/** The address that shows a place. */
export function linkTo(lab: string, place: IPlace): string {
  const parts = place.runId ? [place.dagId, place.runId] : [place.dagId];
  return `${lab}?${KEY}=${parts.map(encodeURIComponent).join('/')}`;
}

/** The place in the query of an address; null where it names none. */
export function placeIn(search: string): IPlace | null {
  const found = /[?&]promote=([^&]*)/.exec(search)?.[1];
  if (found === undefined) {
    return null;
  }
  const [dagId = '', ...rest] = found.split('/');
  return { dagId: decoded(dagId), runId: decoded(rest.join('/')) };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
