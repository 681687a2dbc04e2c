// The socket: events with numbers, catching up after a drop, honest about being cut off.

import { get, leave } from './api.js';
import { state } from './words.js';

const FIRST = 400;
const MOST = 15000;
const PING = 20000;
const PATIENCE = 8000;
const ENDED = 4401;
const decoder = new TextDecoder();

export class Live {
  /** `heard(frame)` for every event, `line(name)`: online, offline; `reset()`: too much was missed. */
  constructor({ after, heard, line, reset, outdated }) {
    this.after = after;
    this.heard = heard;
    this.line = line;
    this.reset = reset;
    this.outdated = outdated;
    this.wait = FIRST;
    window.addEventListener('online', () => this.hurry());
    window.addEventListener('offline', () => this.socket?.close());
    document.addEventListener('visibilitychange', () => document.hidden || this.hurry());
    this.connect();
  }

  connect() {
    clearTimeout(this.timer);
    const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
    const socket = new WebSocket(`${scheme}://${location.host}${state.root}/ws`);
    socket.binaryType = 'arraybuffer';
    this.socket = socket;
    socket.addEventListener('open', () => socket.send(JSON.stringify({ after: this.after })));
    socket.addEventListener('message', (event) => this.take(JSON.parse(decoder.decode(event.data))));
    socket.addEventListener('close', (event) => this.dropped(socket, event.code));
  }

  take(frame) {
    clearTimeout(this.patience);
    if (frame.type === 'hello') this.greeted(frame);
    else if (frame.type === 'event') {
      this.after = Math.max(this.after, frame.seq);
      this.heard(frame);
    }
  }

  greeted(hello) {
    this.wait = FIRST;
    this.line('online');
    if (hello.version !== state.version) this.outdated();
    if (hello.reset || hello.seq < this.after) {
      this.after = hello.seq;
      this.reset();
    }
    clearInterval(this.pings);
    this.pings = setInterval(() => this.ping(), PING);
  }

  ping() {
    if (this.socket.readyState !== WebSocket.OPEN) return;
    this.socket.send('ping');
    this.patience = setTimeout(() => this.dropped(this.socket, 1006), PATIENCE);
  }

  dropped(socket, code) {
    if (socket !== this.socket) return;
    this.socket = null;
    socket.close();
    clearInterval(this.pings);
    clearTimeout(this.patience);
    this.line('offline');
    if (code === ENDED) {
      leave();
      return;
    }
    this.timer = setTimeout(() => this.again(), this.wait * (0.7 + Math.random() * 0.6));
    this.wait = Math.min(MOST, this.wait * 1.8);
  }

  /** A refused socket does not say why: ask whether the session still lives (a dead one leads to the login page). */
  async again() {
    await get('/api/session').catch(() => null);
    if (!this.socket) this.connect();
  }

  hurry() {
    if (this.socket) return;
    this.wait = FIRST;
    this.connect();
  }
}
