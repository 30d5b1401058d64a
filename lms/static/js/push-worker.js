// Runs in the browser when a message comes while Cadre is closed: shows it, says back that it arrived, opens it when it is tapped.
self.addEventListener("push", (event) => {
  const said = event.data?.json() ?? {};
  const shown = self.registration.showNotification(said.title ?? "Cadre", {
    tag: said.tag,
    data: { link: said.link ?? "/notices" },
    requireInteraction: Boolean(said.urgent),
  });
  const told = said.told ? fetch(said.told, { method: "POST", credentials: "omit" }).catch(() => {}) : null;
  event.waitUntil(Promise.all([shown, told]));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const target = new URL(event.notification.data.link, self.location.origin);
  if (target.origin !== self.location.origin) return;
  event.waitUntil(self.clients.openWindow(target.href));
});
