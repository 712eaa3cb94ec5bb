/** The one place of the browser that talks to the server extension. */
import { URLExt } from '@jupyterlab/coreutils';
import { type Event, ServerConnection } from '@jupyterlab/services';
import { type ISignal, Signal, type IStream } from '@lumino/signaling';
import type {
  IConnection,
  INotebookRequest,
  IOperation,
  IPromoteApi,
  IPublishRequest,
  IPublishState,
  IRun
} from '../tokens';
import type { Analysis, Published, VersionInfo } from './_generated';
import { problemFrom, PromoteProblem } from './problem';

const API = 'promote/api';
const EVENTS = 'https://events.jupyterlab-promote.dev/';

type Method = 'GET' | 'POST';

export namespace PromoteClient {
  export interface IOptions {
    serverSettings: ServerConnection.ISettings;
    /** Jupyter's events; ours only say that something changed. */
    events: IStream<unknown, Event.Emission>;
  }
}

export class PromoteClient implements IPromoteApi {
  constructor(options: PromoteClient.IOptions) {
    this._settings = options.serverSettings;
    options.events.connect(this._onEvent, this);
  }

  get changed(): ISignal<IPromoteApi, void> {
    return this._changed;
  }

  connection(): Promise<IConnection> {
    return this._call('GET', ['connection']);
  }

  connect(): Promise<IConnection> {
    return this._call('POST', ['connection'], {});
  }

  analyse(request: INotebookRequest): Promise<Analysis> {
    return this._call('POST', ['analyse'], request);
  }

  publish(request: IPublishRequest): Promise<IOperation> {
    return this._call('POST', ['publish'], request);
  }

  operation(id: string): Promise<IOperation> {
    return this._call('GET', ['operations', id]);
  }

  publishState(
    request: INotebookRequest,
    published: Published
  ): Promise<IPublishState> {
    return this._call(
      'POST',
      ['pipelines', published.dag_id, 'state'],
      request
    );
  }

  async runs(dagId: string, limit: number): Promise<readonly IRun[]> {
    const found = await this._call<{ runs: IRun[] }>(
      'GET',
      ['pipelines', dagId, 'runs'],
      undefined,
      { limit: String(limit) }
    );
    return found.runs;
  }

  trigger(
    dagId: string,
    parameters: Readonly<Record<string, unknown>>
  ): Promise<IRun> {
    return this._call('POST', ['pipelines', dagId, 'runs'], { parameters });
  }

  cancel(run: IRun): Promise<void> {
    return this._call('POST', ['runs', run.dagId, run.runId, 'cancel'], {});
  }

  repair(run: IRun): Promise<void> {
    return this._call('POST', ['runs', run.dagId, run.runId, 'repair'], {});
  }

  setPaused(dagId: string, paused: boolean): Promise<void> {
    return this._call('POST', ['pipelines', dagId, 'pause'], { paused });
  }

  versions(dagId: string): Promise<readonly VersionInfo[]> {
    return this._call('GET', ['pipelines', dagId, 'versions']);
  }

  rollBack(dagId: string, version: string, revision: number): Promise<void> {
    return this._call('POST', ['pipelines', dagId, 'rollback'], {
      version,
      expected_revision: revision
    });
  }

  private async _call<T>(
    method: Method,
    path: readonly string[],
    body?: unknown,
    query: Readonly<Record<string, string>> = {}
  ): Promise<T> {
    const url =
      URLExt.join(
        this._settings.baseUrl,
        API,
        ...path.map(part => encodeURIComponent(part))
      ) + URLExt.objectToQueryString({ ...query });
    const response = await this._send(url, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) })
    });
    const answer = parse(await response.text());
    if (!response.ok) {
      throw problemFrom(answer, response.status);
    }
    // The types are generated from the documents that the server validates its answers with.
    return answer as T;
  }

  private async _send(url: string, init: RequestInit): Promise<Response> {
    try {
      return await ServerConnection.makeRequest(url, init, this._settings);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new PromoteProblem('server_unreachable', reason);
    }
  }

  private _onEvent(_: unknown, event: Event.Emission): void {
    if (event.schema_id.startsWith(EVENTS)) {
      this._changed.emit();
    }
  }

  private readonly _settings: ServerConnection.ISettings;
  private readonly _changed = new Signal<IPromoteApi, void>(this);
}

function parse(text: string): unknown {
  try {
    return text === '' ? null : JSON.parse(text);
  } catch {
    return null;
  }
}
