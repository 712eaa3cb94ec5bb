/** Following one operation of the server to its end, also over a restart of the server. */
import { PromoteProblem } from '../api/problem';
import type { Operation } from '../api/_generated';
import type { IPromoteApi } from '../tokens';

/** While the server is away it is asked less often, up to this many milliseconds apart. */
const AWAY_MAX_MS = 5000;

/** What a server that restarts, or the proxy before it, answers with. */
const AWAY = ['server_unreachable', 'http_502', 'http_503', 'http_504'];

export interface IWatching {
  readonly api: Pick<IPromoteApi, 'operation'>;
  /** Milliseconds between two looks. */
  readonly interval: number;
  /** Told of each look; null where the server did not answer. */
  readonly seen: (operation: Operation | null) => void;
  /** Whether nobody wants to know any more. */
  readonly given: () => boolean;
}

/** Look until the operation ended. Throws PromoteProblem where the server knows it no more. */
export async function watch(
  first: Operation,
  { api, interval, seen, given }: IWatching
): Promise<Operation> {
  let operation = first;
  let wait = interval;
  while (operation.state === 'running' && !given()) {
    await new Promise(resolve => setTimeout(resolve, wait));
    try {
      operation = await api.operation(operation.id);
      wait = interval;
      seen(operation);
    } catch (error) {
      if (!(error instanceof PromoteProblem && AWAY.includes(error.code))) {
        throw error;
      }
      wait = Math.min(2 * wait, AWAY_MAX_MS);
      seen(null);
    }
  }
  return operation;
}

/** What an operation that the server's end cut off is told as. */
export function interrupted(hint: string): PromoteProblem {
  return new PromoteProblem(
    'interrupted',
    'It was interrupted: the Jupyter server was restarted.',
    hint
  );
}
