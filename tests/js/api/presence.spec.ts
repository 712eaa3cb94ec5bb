import { ServerPresence } from '../../../labextension/src/api/presence';

class FakeSocket {
  static readonly made: FakeSocket[] = [];

  constructor(readonly url: string) {
    FakeSocket.made.push(this);
  }

  onopen: () => void = () => undefined;
  onclose: () => void = () => undefined;

  close(): void {
    this.onclose();
  }
}

describe('the presence of the server', () => {
  beforeEach(() => {
    jest.useFakeTimers();
    FakeSocket.made.length = 0;
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it('is told when it goes and when it comes back, each once', () => {
    const presence = new ServerPresence({
      wsUrl: 'ws://here/user/anna/',
      token: 'secret',
      appendToken: true,
      WebSocket: FakeSocket as unknown as typeof WebSocket
    });
    let told = 0;
    presence.changed.connect(() => {
      told += 1;
    });
    const [first] = FakeSocket.made;
    expect(first?.url).toBe(
      'ws://here/user/anna/api/events/subscribe?token=secret'
    );
    first?.onopen();
    expect(told).toBe(0);
    first?.onclose();
    expect(told).toBe(1);
    jest.advanceTimersByTime(500);
    FakeSocket.made[1]?.onclose();
    expect(told).toBe(1);
    jest.advanceTimersByTime(1000);
    FakeSocket.made[2]?.onopen();
    expect(told).toBe(2);
    presence.dispose();
    jest.advanceTimersByTime(60_000);
    expect(FakeSocket.made).toHaveLength(3);
    expect(told).toBe(2);
  });
});
