/** The one place of the browser that talks to the server extension. */
import type { Event, ServerConnection } from '@jupyterlab/services';
import { type ISignal, type IStream, Signal } from '@lumino/signaling';
import type {
  INotebookNow,
  IPromoteApi,
  PublishWish,
  RollbackWish,
  TrialWish
} from '../tokens';
import type {
  Analysis,
  AttemptInfo,
  ClusterOffer,
  Connection,
  HeadEntry,
  Operation,
  PublishState,
  Run,
  SchedulePreview,
  VersionDiff,
  VersionInfo
} from './_generated';
import {
  type Answer,
  call,
  type ICallOptions,
  type Method,
  type Path
} from './call';
import type { ServerPresence } from './presence';

const EVENTS = 'https://events.jupyterlab-promote.dev/';

export namespace PromoteClient {
  export interface IOptions {
    serverSettings: ServerConnection.ISettings;
    /** Jupyter's events; ours only say that something changed. */
    events: IStream<unknown, Event.Emission>;
    presence: ServerPresence;
  }
}

export class PromoteClient implements IPromoteApi {
  constructor(options: PromoteClient.IOptions) {
    this._settings = options.serverSettings;
    options.events.connect(this._onEvent, this);
    options.presence.changed.connect(() => this._changed.emit());
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

  async cancelOperation(id: string): Promise<void> {
    await this._call('post', '/promote/api/operations/{id}/cancel', {
      names: { id }
    });
  }

  tryOut(request: TrialWish): Promise<Operation> {
    return this._call('post', '/promote/api/trials', { body: request });
  }

  cluster(): Promise<ClusterOffer> {
    return this._call('get', '/promote/api/cluster');
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

  attempts(run: Run): Promise<readonly AttemptInfo[]> {
    return this._call('get', '/promote/api/runs/{dag_id}/{run_id}/attempts', {
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

  versionDiff(
    dagId: string,
    older: string,
    newer: string
  ): Promise<VersionDiff> {
    return this._call(
      'get',
      '/promote/api/pipelines/{dag_id}/diff/{older}/{newer}',
      { names: { dag_id: dagId, older, newer } }
    );
  }

  async rollBack(dagId: string, wish: RollbackWish): Promise<HeadEntry> {
    const { entry } = await this._call(
      'post',
      '/promote/api/pipelines/{dag_id}/rollback',
      {
        names: { dag_id: dagId },
        body: wish
      }
    );
    return entry;
  }

  lookAgain(): void {
    this._changed.emit();
  }

  private _call<M extends Method, P extends Path<M>>(
    method: M,
    path: P,
    options: ICallOptions = {}
  ): Promise<Answer<M, P>> {
    return call(this._settings, method, path, options);
  }

  private _onEvent(_: unknown, event: Event.Emission): void {
    if (event.schema_id.startsWith(EVENTS)) {
      this._changed.emit();
    }
  }

  private readonly _settings: ServerConnection.ISettings;
  private readonly _changed = new Signal<IPromoteApi, void>(this);
}
