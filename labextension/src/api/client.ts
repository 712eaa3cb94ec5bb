/** The one place of the browser that talks to the server extension. */
import { URLExt } from '@jupyterlab/coreutils';
import { type Event, ServerConnection } from '@jupyterlab/services';
import { type ISignal, type IStream, Signal } from '@lumino/signaling';
import type { INotebookNow, IPromoteApi, PublishWish } from '../tokens';
import type {
  Analysis,
  Connection,
  Operation,
  paths,
  PublishState,
  Run,
  SchedulePreview,
  VersionInfo
} from './_generated';
import { problemFrom, PromoteProblem } from './problem';

const EVENTS = 'https://events.jupyterlab-promote.dev/';

type Method = 'get' | 'post';
type Path<M extends Method> = {
  [P in keyof paths]: paths[P][M] extends { responses: unknown } ? P : never;
}[keyof paths];

/** What the OpenAPI document says that an operation answers with. */
type Answer<M extends Method, P extends keyof paths> = paths[P][M] extends {
  responses: { 200: { content: { 'application/json': infer A } } };
}
  ? A
  : never;

interface ICallOptions {
  /** Values for the names in the path. */
  readonly names?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

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

  connection(): Promise<Connection> {
    return this._call('get', '/promote/api/connection');
  }

  connect(): Promise<Connection> {
    return this._call('post', '/promote/api/connection');
  }

  analyse(request: INotebookNow): Promise<Analysis> {
    return this._call('post', '/promote/api/analyse', { body: request });
  }

  schedulePreview(cron: string, timezone: string): Promise<SchedulePreview> {
    return this._call('post', '/promote/api/schedule/preview', {
      body: { cron, timezone }
    });
  }

  publish(request: PublishWish): Promise<Operation> {
    return this._call('post', '/promote/api/publish', { body: request });
  }

  operation(id: string): Promise<Operation> {
    return this._call('get', '/promote/api/operations/{id}', { names: { id } });
  }

  publishState(request: INotebookNow): Promise<PublishState> {
    return this._call('post', '/promote/api/state', { body: request });
  }

  async runs(dagId: string, limit: number): Promise<readonly Run[]> {
    const page = await this._call(
      'get',
      '/promote/api/pipelines/{dag_id}/runs',
      {
        names: { dag_id: dagId },
        query: { limit: String(limit) }
      }
    );
    return page.runs;
  }

  trigger(
    dagId: string,
    parameters: Readonly<Record<string, unknown>>
  ): Promise<Run> {
    return this._call('post', '/promote/api/pipelines/{dag_id}/runs', {
      names: { dag_id: dagId },
      body: { parameters }
    });
  }

  async cancel(run: Run): Promise<void> {
    await this._call('post', '/promote/api/runs/{dag_id}/{run_id}/cancel', {
      names: { dag_id: run.dagId, run_id: run.runId }
    });
  }

  async repair(run: Run): Promise<void> {
    await this._call('post', '/promote/api/runs/{dag_id}/{run_id}/repair', {
      names: { dag_id: run.dagId, run_id: run.runId },
      body: { version: 'latest' }
    });
  }

  async setPaused(dagId: string, paused: boolean): Promise<void> {
    await this._call('post', '/promote/api/pipelines/{dag_id}/pause', {
      names: { dag_id: dagId },
      body: { paused }
    });
  }

  versions(dagId: string): Promise<readonly VersionInfo[]> {
    return this._call('get', '/promote/api/pipelines/{dag_id}/versions', {
      names: { dag_id: dagId }
    });
  }

  async rollBack(
    dagId: string,
    version: string,
    revision: number
  ): Promise<void> {
    await this._call('post', '/promote/api/pipelines/{dag_id}/rollback', {
      names: { dag_id: dagId },
      body: { version, expected_revision: revision }
    });
  }

  private async _call<M extends Method, P extends Path<M>>(
    method: M,
    path: P,
    options: ICallOptions = {}
  ): Promise<Answer<M, P>> {
    const filled = path.replace(/\{(\w+)\}/g, (_, name: string) =>
      encodeURIComponent(options.names?.[name] ?? '')
    );
    const url =
      URLExt.join(this._settings.baseUrl, filled) +
      URLExt.objectToQueryString({ ...options.query });
    const body = method === 'post' ? JSON.stringify(options.body ?? {}) : null;
    const response = await this._send(url, {
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
