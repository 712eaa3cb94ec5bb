/** One call to the server extension, typed by its OpenAPI document. Nothing here knows what a call is for. */
import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';
import type { paths } from './_generated';
import { problemFrom, PromoteProblem } from './problem';

export type Method = 'get' | 'post';

/** The paths that have a method. */
export type Path<M extends Method> = {
  [P in keyof paths]: paths[P][M] extends { responses: unknown } ? P : never;
}[keyof paths];

/** What the OpenAPI document says that an operation answers with. */
export type Answer<
  M extends Method,
  P extends keyof paths
> = paths[P][M] extends {
  responses: { 200: { content: { 'application/json': infer A } } };
}
  ? A
  : never;

export interface ICallOptions {
  /** Values for the names in the path. */
  readonly names?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** Ask the server. Throws PromoteProblem. */
export async function call<M extends Method, P extends Path<M>>(
  settings: ServerConnection.ISettings,
  method: M,
  path: P,
  options: ICallOptions = {}
): Promise<Answer<M, P>> {
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(options.names?.[name] ?? '')
  );
  const url =
    URLExt.join(settings.baseUrl, filled) +
    URLExt.objectToQueryString({ ...options.query });
  const body = method === 'post' ? JSON.stringify(options.body ?? {}) : null;
  const response = await send(settings, url, {
    method: method.toUpperCase(),
    body
  });
  const answer = parse(await response.text());
  if (!response.ok) {
    throw problemFrom(answer, response.status);
  }
  // The server validates its answers with the documents that these types are generated from.
  return answer as Answer<M, P>;
}

async function send(
  settings: ServerConnection.ISettings,
  url: string,
  init: RequestInit
): Promise<Response> {
  try {
    return await ServerConnection.makeRequest(url, init, settings);
  } catch {
    // What the browser says of it, such as "Failed to fetch", helps nobody.
    throw new PromoteProblem(
      'server_unreachable',
      'The Jupyter server does not answer.',
      'What is shown is what it said last; it is asked again.'
    );
  }
}

function parse(text: string): unknown {
  try {
    return text === '' ? null : JSON.parse(text);
  } catch {
    return null;
  }
}
