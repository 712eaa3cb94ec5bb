/** Looking at the server again and again: a slow poll is the truth, events make it quick. */
import { Poll } from '@lumino/polling';
import type { IPromoteApi } from '../tokens';

export namespace Looking {
  export interface IOptions {
    /** For messages about it. */
    name: string;
    api: Pick<IPromoteApi, 'changed'>;
    /** Ask; throws where there was no answer. */
    load: () => Promise<void>;
    /** Milliseconds between two looks. */
    interval: number;
    /** Whether somebody can see it now; always where it is not said. */
    shown?: () => boolean;
  }
}

export class Looking {
  constructor(private readonly _options: Looking.IOptions) {
    const { name, api, load, interval, shown } = _options;
    this._poll = new Poll({
      name: `jupyterlab-promote:${name}`,
      auto: true,
      factory: load,
      frequency: {
        interval,
        backoff: true,
        max: Math.max(60_000, 10 * interval)
      },
      standby: () => ((shown?.() ?? true) ? 'when-hidden' : true)
    });
    api.changed.connect(this._onEvent, this);
  }

  get isDisposed(): boolean {
    return this._poll.isDisposed;
  }

  /** Look now, and wait for the answer. */
  async refresh(): Promise<void> {
    await this._poll.refresh();
    await this._poll.tick;
  }

  dispose(): void {
    this._options.api.changed.disconnect(this._onEvent, this);
    this._poll.dispose();
  }

  private _onEvent(): void {
    this._poll.refresh().catch(() => undefined);
  }

  private readonly _poll: Poll;
}
