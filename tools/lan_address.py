"""Print the address of this machine on its local network."""

import socket


def main() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            # Nothing is sent: the system only says which of its addresses it would send from.
            probe.connect(("192.0.2.1", 9))
        except OSError:
            print("127.0.0.1")
        else:
            print(probe.getsockname()[0])


if __name__ == "__main__":
    main()
