/** One line on top: where Airflow and Ray stand, with the one action that helps. */
import type { IDisposable } from '@lumino/disposable';
import { Poll } from '@lumino/polling';
import { type ISignal, Signal } from '@lumino/signaling';
import * as React from 'react';
import { asProblem } from '../api/problem';
import type { Connection } from '../api/_generated';
import type { IPromoteApi } from '../tokens';
import { Act, OutwardLink } from '../ui/button';
import { Sentence, useChanges, useTrans } from '../ui/react';

const STARTING_MS = 1000;
const STEADY_MS = 10_000;

/** Follows the connection; looks often while it starts. */
export class ConnectionModel implements IDisposable {
  constructor(private readonly _api: IPromoteApi) {
    this._poll = new Poll({
      name: 'jupyterlab-promote:connection',
      auto: true,
      factory: () => this._load(),
      frequency: { interval: STEADY_MS, backoff: true, max: 6 * STEADY_MS },
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
  get connection(): Connection | null {
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

  private _take(connection: Connection): void {
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
      action: '',
      since: null,
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
  private _connection: Connection | null = null;
}

/** Whether Airflow does not answer, which the line of the connection says. */
export function useIsAway(model: ConnectionModel): boolean {
  useChanges(model);
  const { connection } = model;
  return !['connected', 'read_only'].includes(connection?.state ?? 'connected');
}

export function ConnectionLine(props: { model: ConnectionModel }): JSX.Element {
  const trans = useTrans();
  const { model } = props;
  useChanges(model);
  const { connection } = model;
  return (
    <div className="jp-Promote-connection" data-state={connection?.state}>
      <span className="jp-Promote-dot" aria-hidden="true" />
      <p role="status">
        <Sentence
          text={connection?.message ?? trans.__('Looking for Airflow…')}
        />
      </p>
      {connection?.action && (
        <Act look="link" onClick={() => void model.connect()}>
          {connection.action}
        </Act>
      )}
      {connection?.state === 'connected' && connection.url && (
        <OutwardLink href={connection.url}>{trans.__('Airflow')}</OutwardLink>
      )}
    </div>
  );
}
