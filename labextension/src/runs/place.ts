/** A place on the Pipelines page as a link that people send each other, or follow themselves. */

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

/** Show a place in a JupyterLab of its own, from a program whose main area has one document only. */
export function showInLab(baseUrl: string, place: IPlace): void {
  window.open(linkTo(`${baseUrl}lab`, place), '_blank', 'noopener');
}

/** The place in the query of an address; null where it names none. */
export function placeIn(search: string): IPlace | null {
  const found = /[?&]promote=([^&]*)/.exec(search)?.[1];
  if (found === undefined) {
    return null;
  }
  // Decoded as a whole: where Lab opens another workspace, it encodes the whole query anew.
  const [dagId = '', ...rest] = decoded(found).split('/');
  return { dagId, runId: rest.join('/') };
}

/** The run that the arguments of a command name, also by the path of an executed notebook; null for none. */
export function runOf(args: Readonly<Record<string, unknown>>): IPlace | null {
  const text = (value: unknown): string =>
    typeof value === 'string' ? value : '';
  const [dag = '', run = ''] = text(args.path).split('/');
  const place = {
    dagId: text(args.dagId) || dag,
    runId: text(args.runId) || decoded(run)
  };
  return place.dagId && place.runId ? place : null;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
