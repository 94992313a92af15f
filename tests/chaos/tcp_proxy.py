# SPDX-License-Identifier: Apache-2.0
"""A TCP proxy on loopback that behaves like a bad network.

One proxy stands before one broker's listener, whose advertised address is the
proxy's. Faults hold until heal(), for old and new connections.
"""

import random
import socket
import struct
import threading
import time

_CHUNK = 65536
_STEP = 0.02


class _Connection:
    """Two threads, one each way."""

    def __init__(self, proxy, client):
        self.proxy, self.client = proxy, client
        self.broker = None
        self.half_open = False
        self.was_reset = False

    def start(self):
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self):
        try:
            self.broker = socket.create_connection(("127.0.0.1", self.proxy.target), timeout=10)
            self.broker.settimeout(None)
        except OSError:  # The broker is down: so it is to the client.
            self.reset()
            return
        for one in (self.client, self.broker):
            one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        threading.Thread(target=self._pump, args=(self.client, self.broker, "up"),
                         daemon=True).start()
        self._pump(self.broker, self.client, "down")

    def _pump(self, source, target, way):
        try:
            while True:
                data = source.recv(_CHUNK)
                if not data:
                    break
                self.proxy.hold_back(way)
                if not self.half_open:
                    target.sendall(data)
        except OSError:
            pass
        if self.half_open and source is self.broker:
            return  # The client is not told.
        self.close()

    def close(self):
        for one in (self.client, self.broker):
            if one is not None:
                try:
                    if not self.was_reset:
                        one.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass
                one.close()
        self.proxy.forget(self)

    def reset(self):
        """An RST both ways, no FIN."""
        self.was_reset = True
        for one in (self.client, self.broker):
            if one is not None:
                try:
                    one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                    one.shutdown(socket.SHUT_RD)  # Wakes the thread that reads, sends nothing.
                except OSError:
                    pass
        self.close()

    def lose_broker(self):
        """The broker's end is gone and nobody tells the client."""
        self.half_open = True
        try:
            self.broker.shutdown(socket.SHUT_RDWR)
        except (OSError, AttributeError):
            pass


class TcpProxy:
    """Listens on a port of its own choice; `target` may change at any time."""

    def __init__(self, port=0):
        self.target = None
        self._delay = 0.0
        self._loss = 0.0
        self._stalled = set()
        self._connections = set()
        self._lock = threading.Lock()
        self._random = random.Random(port)
        self._listener = socket.create_server(("127.0.0.1", port), backlog=128)
        self.port = self._listener.getsockname()[1]
        self._closed = False
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while not self._closed:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            connection = _Connection(self, client)
            with self._lock:
                self._connections.add(connection)
            connection.start()

    def hold_back(self, way):
        """What the network does to a chunk before it passes."""
        if self._delay > 0:
            time.sleep(self._delay)
        if self._loss > 0 and self._random.random() < self._loss:
            time.sleep(self._random.uniform(0.2, 1.0))  # As a retransmission does.
        while way in self._stalled and not self._closed:
            time.sleep(_STEP)

    def forget(self, connection):
        with self._lock:
            self._connections.discard(connection)

    def connections(self):
        with self._lock:
            return list(self._connections)

    def delay(self, seconds):
        self._delay = seconds

    def lose(self, share):
        self._loss = share

    def stall(self, ways=("up", "down")):
        """Nothing passes, connections stay."""
        self._stalled = set(ways)

    def reset_all(self):
        for connection in self.connections():
            connection.reset()

    def half_open_all(self):
        for connection in self.connections():
            connection.lose_broker()

    def heal(self):
        self._delay, self._loss, self._stalled = 0.0, 0.0, set()

    def close(self):
        self._closed = True
        self.heal()
        self._listener.close()
        for connection in self.connections():
            connection.close()
