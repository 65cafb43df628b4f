# One image for every role; which one it plays, its arguments say: `api`, `worker train`, `worker rollout`, `worker eval`, `worker export`.
FROM mcr.microsoft.com/dotnet/sdk:10.0-noble AS build
WORKDIR /source
COPY global.json Directory.Build.props Directory.Packages.props ./
COPY src src
# The packages (libtorch among them) stay in the builder's cache: editing a source file downloads nothing again.
ENV NUGET_PACKAGES=/packages
RUN --mount=type=cache,target=/packages \
    dotnet publish src/Swift.Cli -c Release -o /app

FROM mcr.microsoft.com/dotnet/aspnet:10.0-noble
RUN apt-get update \
    && apt-get install -y --no-install-recommends curl libgomp1 \
    && rm -rf /var/lib/apt/lists/* \
    && mkdir -p /var/lib/swift/artifacts \
    && chown -R app /var/lib/swift
COPY --from=build /app /app
# Artifacts lie where every role finds them: one volume for all.
VOLUME /var/lib/swift
USER app
ENV HOME=/var/lib/swift
EXPOSE 5005
ENTRYPOINT ["dotnet", "/app/swift.dll"]
