/** Whether the Jupyter server is there, known at once: it keeps a socket open, which closes when it ends. */
import { URLExt } from '@jupyterlab/coreutils';
import type { ServerConnection } from '@jupyterlab/services';
import type { IDisposable } from '@lumino/disposable';
import { type ISignal, Signal } from '@lumino/signaling';

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 5000;

/** Lab's own socket for events says nothing of its end, so this one is beside it; what comes through it is not read. */
export class ServerPresence implements IDisposable {
  constructor(
    private readonly _settings: Pick<
      ServerConnection.ISettings,
      'wsUrl' | 'token' | 'appendToken' | 'WebSocket'
    >
  ) {
    this._connect();
  }

  /** Emits when the server went away or came back. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    if (!this._isDisposed) {
      this._isDisposed = true;
      clearTimeout(this._timer);
      this._socket?.close();
      Signal.clearData(this);
    }
  }

  private _connect(): void {
    const { appendToken, token, wsUrl } = this._settings;
    const query =
      appendToken && token !== '' ? `?token=${encodeURIComponent(token)}` : '';
    const url = URLExt.join(wsUrl, 'api/events/subscribe') + query;
    const socket = new this._settings.WebSocket(url);
    socket.onopen = () => {
      this._wait = FIRST_WAIT_MS;
      this._take(true);
    };
    socket.onclose = () => {
      if (!this._isDisposed) {
        this._timer = setTimeout(() => this._connect(), this._wait);
        this._wait = Math.min(2 * this._wait, LONGEST_WAIT_MS);
        this._take(false);
      }
    };
    this._socket = socket;
  }

  private _take(isThere: boolean): void {
    if (this._isThere !== isThere) {
      this._isThere = isThere;
      this._changed.emit();
    }
  }

  private readonly _changed = new Signal<this, void>(this);
  private _socket: WebSocket | null = null;
  private _timer: ReturnType<typeof setTimeout> | undefined = undefined;
  private _wait = FIRST_WAIT_MS;
  private _isThere = true;
  private _isDisposed = false;
}
