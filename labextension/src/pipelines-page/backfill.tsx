/** Run past dates: first which ones that would be, then all of them. */
import * as React from 'react';
import type { Backfill, BackfillRequest } from '../api/_generated';
import { Act } from '../ui/button';
import { useTrans } from '../ui/react';
import { formatMoment, withClocks } from '../schedule/moments';
import { formatDuration } from '../ui/units';
import { momentIn } from './zones';

export function BackfillForm(props: {
  timezone: string;
  busy: boolean;
  /** Ask which dates, or run them; null when it was refused. */
  backfill: (request: BackfillRequest) => Promise<Backfill | null>;
}): JSX.Element {
  const trans = useTrans();
  const [from, setFrom] = React.useState('');
  const [to, setTo] = React.useState('');
  const [planned, setPlanned] = React.useState<Backfill | null>(null);
  const send = async (confirm: boolean): Promise<void> => {
    setPlanned(
      await props.backfill({
        from: momentIn(`${from}T00:00:00`, props.timezone).toISOString(),
        to: momentIn(`${to}T23:59:59`, props.timezone).toISOString(),
        confirm,
        backwards: false,
        parallel: 4
      })
    );
  };
  const change = (set: (day: string) => void) => {
    return (event: React.ChangeEvent<HTMLInputElement>): void => {
      set(event.target.value);
      setPlanned(null);
    };
  };
  return (
    <form
      className="jp-Promote-backfill"
      onSubmit={event => {
        event.preventDefault();
        void send(false);
      }}
    >
      <div className="jp-Promote-filters">
        <label>
          {trans.__('From')}
          <input
            className="jp-mod-styled"
            type="date"
            required
            value={from}
            onChange={change(setFrom)}
          />
        </label>
        <label>
          {trans.__('To')}
          <input
            className="jp-mod-styled"
            type="date"
            required
            min={from}
            value={to}
            onChange={change(setTo)}
          />
        </label>
        <button
          type="submit"
          className="jp-Promote-button"
          disabled={props.busy || from === '' || to === '' || to < from}
        >
          {trans.__('Which runs?')}
        </button>
      </div>
      {planned && (
        <Planned
          planned={planned}
          timezone={props.timezone}
          busy={props.busy}
          start={() => void send(true)}
        />
      )}
    </form>
  );
}

function Planned(props: {
  planned: Backfill;
  timezone: string;
  busy: boolean;
  start: () => void;
}): JSX.Element {
  const trans = useTrans();
  const { planned } = props;
  const count = planned.dates.length;
  // On the clocks of the schedule, as the days were meant.
  const days = planned.dates.map(date =>
    formatMoment(new Date(date), props.timezone)
  );
  const listed =
    days.slice(0, 5).join('; ') + (count > 5 ? ` … ${days[count - 1]}` : '');
  if (planned.id !== null) {
    return (
      <p role="status">
        {trans._n('%1 run is started.', '%1 runs are started.', count)}
      </p>
    );
  }
  if (count === 0) {
    return (
      <p role="status">
        {trans.__('The schedule has no run in these days that has not run.')}
      </p>
    );
  }
  return (
    <div role="status">
      <p>
        {trans._n('%1 run', '%1 runs', count)}
        {planned.meanSeconds !== null &&
          ` ${trans.__('of about %1 each', formatDuration(planned.meanSeconds))}`}
        : {withClocks(listed, props.timezone)}
      </p>
      <Act disabled={props.busy} onClick={props.start}>
        {trans._n('Start %1 run', 'Start %1 runs', count)}
      </Act>
    </div>
  );
}
