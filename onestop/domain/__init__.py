"""The rules of the law and of the service; standard library only."""
