"""The plainest `Send`: an httpx client, over the network or straight into an app. It keeps a tablet's cookies."""

import httpx

from tests.model.tablet_wire import Answer, NetworkLost, Send


def sending(client: httpx.AsyncClient) -> Send:
    """Send with this client, which belongs to one tablet alone; its base address is the server's."""
    origin = str(client.base_url).rstrip("/")

    async def send(method: str, path: str, headers: dict[str, str], body: bytes) -> Answer:
        try:
            answer = await client.request(method, path, headers={"Origin": origin, **headers}, content=body)
        except httpx.TransportError as error:
            raise NetworkLost(str(error)) from error
        return Answer(answer.status_code, answer.content)

    return send
