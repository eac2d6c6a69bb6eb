// Reloads the page of a `trunk serve` after each build, and when the server comes back.
"use strict";
(() => {
  const url = `${location.origin.replace(/^http/, "ws")}/.well-known/trunk/ws`;
  const listen = (onopen) => {
    const socket = new WebSocket(url);
    socket.onopen = onopen;
    socket.onclose = () => setTimeout(listen, 2000, () => location.reload());
    socket.onmessage = ({ data }) => {
      const message = JSON.parse(data);
      if (message.type === "reload") location.reload();
      if (message.type === "buildFailure") console.error("Build failed:", message.data.reason);
    };
  };
  listen(null);
})();
