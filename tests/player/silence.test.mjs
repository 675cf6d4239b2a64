import assert from "node:assert/strict";
import { test } from "node:test";
import { createOutbox, createPulse } from "../../lrviz/player/silence.js";

/** A pulse that asks a server which may be switched off. */
function pulsing() {
  const server = { up: true, tense: false, asked: 0, said: [] };
  const pulse = createPulse({
    ask: async () => {
      server.asked += 1;
      return server.up;
    },
    isTense: () => server.tense,
    changed: (silent) => server.said.push(silent),
  });
  const ticks = async (count) => {
    for (let i = 0; i < count; i += 1) await pulse.tick();
  };
  return { server, pulse, ticks };
}

test("a server that nobody waits for is asked four times a minute", async () => {
  const { server, ticks } = pulsing();
  await ticks(60);
  assert.equal(server.asked, 4);
  assert.deepEqual(server.said, []);
});

test("silence and return are said once, however long they last", async () => {
  const { server, pulse, ticks } = pulsing();
  server.up = false;
  await ticks(120);
  assert.deepEqual(server.said, [true]);
  assert.equal(pulse.silent, true);
  server.up = true;
  await ticks(120);
  assert.deepEqual(server.said, [true, false]);
});

test("after something was sent, or when the connection is lost, silence is known within two ticks", async () => {
  for (const cause of ["sent", "lost"]) {
    const { server, pulse, ticks } = pulsing();
    await ticks(16);
    server.up = false;
    if (cause === "sent") pulse.hurry();
    else server.tense = true;
    await ticks(2);
    assert.deepEqual(server.said, [true], cause);
  }
});

test("a slow answer is waited for and not asked for twice", async () => {
  let asked = 0;
  const answers = [];
  const pulse = createPulse({ ask: () => new Promise((resolve) => { asked += 1; answers.push(resolve); }), isTense: () => true, changed: () => {} });
  const first = [pulse.tick(), pulse.tick(), pulse.tick(), pulse.tick()];
  assert.equal(asked, 1);
  answers[0](true);
  await Promise.all(first);
  pulse.tick();
  pulse.tick();
  assert.equal(asked, 2);
});

test("what was not heard goes out again with whatever follows, the latest of each kind, in its order", () => {
  let heard = [];
  const outbox = createOutbox();
  const send = (kind, value) => outbox.send(kind, () => heard.push(value));
  send("start", 1);
  send("view", 2);
  assert.deepEqual(heard, [1, 1, 2]);
  heard = [];
  send("start", 3);
  assert.deepEqual(heard, [2, 3]);
  heard = [];
  outbox.again();
  assert.deepEqual(heard, [2, 3]);
  outbox.heard();
  outbox.again();
  send("view", 4);
  assert.deepEqual(heard, [2, 3, 4]);
});
