/** One line on top: where Airflow and Ray stand, with the one action that helps. */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { IDisposable } from '@lumino/disposable';
import { Poll } from '@lumino/polling';
import { type ISignal, Signal } from '@lumino/signaling';
import * as React from 'react';
import { asProblem } from '../api/problem';
import type { IConnection, IPromoteApi } from '../tokens';
import { useChanges, useTrans } from '../ui/react';

const STARTING_MS = 1000;
const STEADY_MS = 30_000;

/** Follows the connection; looks often while it starts. */
export class ConnectionModel implements IDisposable {
  constructor(private readonly _api: IPromoteApi) {
    this._poll = new Poll({
      name: 'jupyterlab-promote:connection',
      auto: true,
      factory: () => this._load(),
      frequency: { interval: STEADY_MS, backoff: true, max: 2 * STEADY_MS },
      standby: 'when-hidden'
    });
    _api.changed.connect(this._onEvent, this);
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get isDisposed(): boolean {
    return this._poll.isDisposed;
  }

  /** null until the server answered for the first time. */
  get connection(): IConnection | null {
    return this._connection;
  }

  async connect(): Promise<void> {
    try {
      this._take(await this._api.connect());
    } catch (error) {
      this._failed(error);
    }
  }

  dispose(): void {
    if (!this.isDisposed) {
      this._poll.dispose();
      Signal.clearData(this);
    }
  }

  private async _load(): Promise<void> {
    try {
      this._take(await this._api.connection());
    } catch (error) {
      this._failed(error);
    }
  }

  private _take(connection: IConnection): void {
    this._connection = connection;
    const interval = connection.state === 'starting' ? STARTING_MS : STEADY_MS;
    if (this._poll.frequency.interval !== interval) {
      this._poll.frequency = { ...this._poll.frequency, interval };
    }
    this._changed.emit();
  }

  private _failed(error: unknown): void {
    this._take({
      state: 'unreachable',
      message: asProblem(error).message,
      user: '',
      url: '',
      embedded: false
    });
  }

  private _onEvent(): void {
    this._poll.refresh().catch(() => undefined);
  }

  private readonly _poll: Poll;
  private readonly _changed = new Signal<this, void>(this);
  private _connection: IConnection | null = null;
}

export function ConnectionLine(props: { model: ConnectionModel }): JSX.Element {
  const trans = useTrans();
  const { model } = props;
  useChanges(model);
  const { connection } = model;
  const action = connection ? actionOf(trans, connection) : '';
  return (
    <div className="jp-Promote-connection" data-state={connection?.state}>
      <span className="jp-Promote-dot" aria-hidden="true" />
      <p role="status">
        {connection?.message ?? trans.__('Looking for Airflow…')}
      </p>
      {action && (
        <button
          type="button"
          className="jp-Promote-link"
          onClick={() => void model.connect()}
        >
          {action}
        </button>
      )}
      {connection?.state === 'connected' && connection.url && (
        <a
          className="jp-Promote-link"
          href={connection.url}
          target="_blank"
          rel="noreferrer noopener"
        >
          {trans.__('Airflow')}
        </a>
      )}
    </div>
  );
}

function actionOf(trans: TranslationBundle, connection: IConnection): string {
  switch (connection.state) {
    case 'not_set_up':
      return trans.__('Start');
    case 'sign_in':
      return trans.__('Sign in');
    case 'unreachable':
      return trans.__('Try again');
    case 'starting':
    case 'connected':
    case 'read_only':
      return '';
  }
}
